//! The files of segments and messages.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::file::SourceFile;
use super::message::{self, Message};
use super::segment;
use super::tree::Tree;
use crate::model::Module;
use crate::plan::Direction;
use crate::rust::layout::Layout;
use crate::rust::names::ident;

/// The unions, the messages, and the data of each segment.
pub(crate) fn files(plan: &Layout) -> Vec<SourceFile> {
    let mut root = SourceFile::new(&plan.dialect, "segments.rs", "Segments, of which messages are made.");
    let messages = messages(plan);
    let declare = messages.as_ref().map(|_| {
        quote!(
            mod messages;
        )
    });
    let export = messages.as_ref().map(|_| {
        quote!(
            pub use messages::*;
        )
    });
    let inherited = plan.inherited.declaration(Module::Segments, &plan.keep);
    root.rust(quote! {
        #declare
        pub mod receive;
        pub mod send;
        #export
        #inherited
    });
    for (name, docs, direction) in [
        ("SendSegment", " A segment to send.", &plan.send),
        ("ReceiveSegment", " A segment that was received.", &plan.receive),
    ] {
        if !plan.inherited.has(Module::Segments, name) {
            let condition = plan.keep.item(Module::Segments, name);
            root.under(condition, |root| segment::segments(root, name, docs, direction));
        }
    }
    let mut files = vec![root];
    files.extend(messages);
    files.extend(direction(plan, "segments/send", "The data of segments that are sent.", &plan.send));
    files.extend(direction(plan, "segments/receive", "The data of segments that are received.", &plan.receive));
    files
}

fn direction(plan: &Layout, path: &str, docs: &str, direction: &Direction) -> Vec<SourceFile> {
    let mut tree = Tree::new(&plan.dialect, path, docs);
    tree.inherit(&plan.inherited, direction.module, &plan.keep);
    for one in direction.segments.iter().filter(|segment| !plan.has(direction.module, &segment.items)) {
        let mut file = tree.file(&one.branch.tag, &format!("The data of a `{}` segment.", one.branch.tag));
        segment::data(&mut file, direction.module, one);
        tree.add(&one.branch.tag, plan.condition(direction.module, &one.items), file);
    }
    tree.finish()
}

/// What the root of a dialect shows of them.
pub(crate) fn exports(plan: &Layout) -> TokenStream {
    let message = |direction: &Direction, name| direction.message.map(|_| name);
    let names =
        [message(&plan.receive, "ReceiveMessage"), Some("ReceiveSegment"), Some("SendMessage"), Some("SendSegment")];
    let mut exports: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for name in names.into_iter().flatten() {
        exports.entry(plan.keep.item(Module::Segments, name)).or_default().push(ident(name));
    }
    let exports = exports.iter().map(|(condition, names)| {
        let condition = condition.attribute();
        quote!(#condition pub use segments::{#(#names),*};)
    });
    quote!(#(#exports)*)
}

/// The messages that are not the parent's.
fn messages(plan: &Layout) -> Option<SourceFile> {
    if plan.send.message.is_none() {
        if plan.inherited.has(Module::Segments, "SendMessage") {
            return None;
        }
        let mut file = SourceFile::new(&plan.dialect, "segments/messages.rs", "Messages to send: lists of segments.");
        message::list(&mut file, &plan.send, plan.text.as_ref());
        return Some(file);
    }
    let codes = plan.cq.as_ref()?;
    let send = plan.send.message.map(|form| Message {
        name: "SendMessage",
        segment: "SendSegment",
        docs: " A message to send. A plain `&str` or `String` becomes a text segment: nothing in it is taken for a code.",
        single: form.single,
        received: false,
        direction: &plan.send,
    });
    let receive = plan.receive.message.map(|form| Message {
        name: "ReceiveMessage",
        segment: "ReceiveSegment",
        docs: " A message that was received.",
        single: form.single,
        received: true,
        direction: &plan.receive,
    });
    let all = [receive, send].into_iter().flatten();
    let own = all.filter(|message| !plan.inherited.has(Module::Segments, message.name));
    let own: Vec<_> = own.collect();
    if own.is_empty() {
        return None;
    }
    let docs = "Messages: lists of segments, or strings with CQ codes.";
    let mut file = SourceFile::new(&plan.dialect, "segments/messages.rs", docs);
    let dialect = ident(&plan.dialect);
    file.under(plan.keep.cq(), |file| file.rust(quote!(use crate::#dialect::cq;)));
    for one in own.iter().rev() {
        file.under(plan.keep.item(Module::Segments, one.name), |file| message::message(file, one, codes));
    }
    Some(file)
}
