//! The files of a dialect, together.

use std::fmt::Write as _;

use quote::quote;

use super::file::SourceFile;
use super::tree::Tree;
use super::{action, client, conversation, cq, envelope, event, item, segments};
use crate::lower::id_name;
use crate::model::Module;
use crate::plan::ActionPlan;
use crate::plan::conversation::{GROUP, PEER, USER};
use crate::rust::keep::Condition;
use crate::rust::layout::Layout;
use crate::rust::names::ident;
use crate::{CodegenError, GeneratedFile};

/// All files of a dialect.
pub(crate) fn files(plan: &Layout) -> Result<Vec<GeneratedFile>, CodegenError> {
    let mut files = vec![root(plan), ids(plan), envelope_file(plan)];
    files.extend(types(plan));
    files.extend(segments::files(plan));
    files.extend(events(plan));
    files.extend(actions(plan));
    files.extend(client(plan));
    files.extend(conversation::file(plan));
    if let Some(codes) = &plan.cq {
        let mut file = SourceFile::new(&plan.dialect, "cq.rs", "CQ codes: the string form of messages.");
        if plan.inherited.cq {
            plan.inherited.whole(&mut file, "cq");
        } else {
            cq::cq(&mut file, codes);
        }
        files.push(file);
    }
    let mut files = files.into_iter().map(SourceFile::finish).collect::<Result<Vec<_>, _>>()?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn root(plan: &Layout) -> SourceFile {
    let title = format!("{}: actions, segments, events and what they share.", plan.title);
    let mut file = SourceFile::new(&plan.dialect, "mod.rs", &title);
    let keep = &plan.keep;
    let (client, envelope) = (keep.own().and("client"), keep.item(Module::Envelope, "Envelope").attribute());
    let cq = plan.cq.as_ref().map(|_| {
        let condition = keep.cq().attribute();
        quote!(
            #condition
            pub mod cq;
        )
    });
    let event = keep.item(Module::Events, "Event").attribute();
    let (messages, message_ref) = if plan.conversation.messages.is_empty() {
        (None, None)
    } else {
        (Some(quote!(#event mod conversation;)), Some(quote!(#event pub use conversation::MessageRef;)))
    };
    let connects = plan.wire.as_ref().map(|_| quote!(, Error));
    let listens = plan.wire.as_ref().filter(|wire| wire.reverse.is_some()).map(|_| {
        let condition = keep.own().and("reverse-ws");
        quote!(#condition pub use client::Listener;)
    });
    file.rust(quote! {
        #[cfg(feature = "actions")]
        pub mod actions;
        #client
        pub mod client;
        #messages
        #cq
        #envelope
        pub mod envelope;
        pub mod events;
        pub mod ids;
        pub mod segments;
        pub mod types;
    });
    let segments = segments::exports(plan);
    file.rust(quote! {
        #client
        pub use client::{Bot, CallError #connects};
        #listens
        #message_ref
        #envelope
        pub use envelope::Envelope;
        #event
        pub use events::Event;
        pub use ids::*;
        #segments
    });
    file
}

fn ids(plan: &Layout) -> SourceFile {
    let mut file = SourceFile::new(&plan.dialect, "ids.rs", "Identifiers.");
    if let Some(inherited) = plan.inherited.declaration(Module::Ids, &plan.keep) {
        file.rust(inherited);
    }
    let own: Vec<_> = plan.ids.iter().filter(|kind| !plan.inherited.has(Module::Ids, &id_name(kind))).collect();
    let own_kind = |kind: &&str| own.iter().any(|it| it == kind);
    if [PEER, USER, GROUP].iter().all(own_kind) {
        let [peer, user, group] = [PEER, USER, GROUP].map(|kind| ident(&id_name(kind)));
        file.rust(quote!(crate::id::either!(#peer: #user, #group);));
    }
    if !own.is_empty() {
        let mut text = "crate::id::ids! {\n".to_owned();
        for kind in own {
            let _ = writeln!(text, "    /// An id of the kind `{kind}`.\n    {};", id_name(kind));
        }
        text.push_str("}\n");
        file.table(text);
    }
    file
}

fn envelope_file(plan: &Layout) -> SourceFile {
    let mut file = SourceFile::new(&plan.dialect, "envelope.rs", "The envelope of answers, and the frame of calls.");
    if plan.inherited.has(Module::Envelope, "Envelope") {
        plan.inherited.whole(&mut file, "envelope");
    } else {
        envelope::envelope(&mut file, &plan.envelope);
    }
    file
}

fn types(plan: &Layout) -> Vec<SourceFile> {
    let mut tree = Tree::new(&plan.dialect, "types", "Shapes that several contracts share.");
    tree.inherit(&plan.inherited, Module::Types, &plan.keep);
    for shared in plan.types.iter().filter(|shared| !plan.has(Module::Types, &shared.items)) {
        let mut file = tree.file(&shared.name, &format!("The shared type `{}`.", shared.name));
        file.declare(Module::Types, &shared.items);
        item::items(&mut file, &shared.items);
        tree.add(&shared.name, plan.condition(Module::Types, &shared.items), file);
    }
    tree.finish()
}

fn events(plan: &Layout) -> Vec<SourceFile> {
    let mut tree = Tree::new(&plan.dialect, "events", "Events: what an implementation sends by itself.");
    tree.inherit(&plan.inherited, Module::Events, &plan.keep);
    if !plan.inherited.has(Module::Events, "Event") {
        let condition = plan.keep.item(Module::Events, "Event");
        tree.root.under(condition, |root| event::union(root, &plan.events));
    }
    for one in plan.events.iter().filter(|event| !plan.inherited.has(Module::Events, &event.record.name)) {
        let mut file = tree.file(&one.name, &format!("The event `{}`.", one.name));
        event::event(&mut file, one);
        tree.add(&one.name, plan.keep.item(Module::Events, &one.record.name), file);
    }
    tree.finish()
}

fn actions(plan: &Layout) -> Vec<SourceFile> {
    let mut tree = Tree::new(&plan.dialect, "actions", "Actions: what a client can ask of an implementation.");
    tree.inherit(&plan.inherited, Module::Actions, &plan.keep);
    tree.root.under(plan.keep.own(), |root| action::list(root, plan));
    let mut files = Vec::new();
    for (category, actions) in &plan.actions {
        let own = |action: &&ActionPlan| !plan.inherited.has(Module::Actions, &action.params.name);
        let actions: Vec<&ActionPlan> = actions.iter().filter(own).collect();
        if actions.is_empty() {
            continue;
        }
        let path = tree.file(category, "").path_in_dialect().trim_end_matches(".rs").to_owned();
        let mut branch = Tree::new(&plan.dialect, &path, &format!("Actions of the category `{category}`."));
        for one in actions {
            let mut file = branch.file(&one.called, &format!("The action `{}`.", one.name));
            action::action(&mut file, one);
            branch.add(&one.called, plan.keep.item(Module::Actions, &one.params.name), file);
        }
        let mut below = branch.finish().into_iter();
        if let Some(root) = below.next() {
            tree.add(category, Condition::default(), root);
        }
        files.extend(below);
    }
    files.extend(tree.finish());
    files
}

fn client(plan: &Layout) -> Vec<SourceFile> {
    let mut root = SourceFile::new(&plan.dialect, "client.rs", "A bot with a method for each action.");
    let names: Vec<_> = plan.actions.keys().map(|name| ident(&crate::rust::names::field(name))).collect();
    root.rust(quote!(#(mod #names;)*));
    client::bot(&mut root, plan);
    let mut files = vec![root];
    for (category, actions) in &plan.actions {
        let path = format!("client/{}.rs", crate::rust::names::field(category).trim_start_matches("r#"));
        let docs = format!("Methods for the actions of the category `{category}`.");
        let mut file = SourceFile::new(&plan.dialect, &path, &docs);
        client::methods(&mut file, actions);
        files.push(file);
    }
    files
}
