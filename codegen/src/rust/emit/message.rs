//! Messages: a list of segments, or a string with CQ codes.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::SourceFile;
use super::segment::adders;
use crate::model::{Branch, Module};
use crate::plan::{CqPlan, Direction};
use crate::rust::names::ident;

/// A message in one direction.
pub(crate) struct Message<'a> {
    pub(crate) name: &'a str,
    pub(crate) segment: &'a str,
    pub(crate) docs: &'a str,
    /// Whether one segment by itself is a message.
    pub(crate) single: bool,
    /// Whether any field of its segments may be absent.
    pub(crate) received: bool,
    pub(crate) direction: &'a Direction,
}

impl Message<'_> {
    /// The segment that holds plain text.
    fn text(&self, cq: &CqPlan) -> Option<&Branch> {
        self.direction.segments.iter().map(|segment| &segment.branch).find(|branch| branch.tag == cq.code.text_segment)
    }
}

pub(crate) fn message(file: &mut SourceFile, message: &Message<'_>, cq: &CqPlan) {
    file.uses(&["NoCqForm"]);
    file.declare_name(Module::Segments, message.name);
    let (name, segment, docs) = (ident(message.name), ident(message.segment), message.docs);
    file.rust(quote!(use super::#segment;));
    let single = message.single.then(|| {
        quote! {
            /// One segment by itself.
            Single(Box<#segment>),
        }
    });
    file.rust(quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, PartialEq)]
        pub enum #name {
            /// A string with CQ codes, escaped.
            Cq(String),
            /// A list of segments.
            Segments(Vec<#segment>),
            #single
        }
    });
    file.rust(methods(message, cq));
    if !message.received {
        let adders = adders(file, &segment, message.direction, &TAKEN);
        file.rust(quote!(impl #name { #(#adders)* }));
    }
    file.rust(conversions(message, cq));
    let single = if message.single { ", Single" } else { "" };
    file.table(format!(
        "crate::message::message! {{\n    {} of {} {{ Cq, Segments{single} }}\n}}\n",
        message.name, message.segment
    ));
}

/// Methods that a message has beside one for each segment.
const TAKEN: [&str; 7] = ["new", "cq", "segments", "into_segments", "push", "to_cq", "plain_text"];

/// A message to send in a dialect whose messages are plain lists: what makes one of what one has.
pub(crate) fn list(file: &mut SourceFile, direction: &Direction, text: Option<&(String, String)>) {
    file.declare_name(Module::Segments, "SendMessage");
    let segment = ident("SendSegment");
    let adders = adders(file, &segment, direction, &TAKEN);
    let text = text.and_then(|(kind, key)| {
        let branch = direction.segments.iter().map(|it| &it.branch).find(|branch| branch.tag == *kind)?;
        let (variant, maker) = (ident(&branch.name), ident(&crate::rust::names::field(kind)));
        let key = ident(&crate::rust::names::field(key));
        Some(quote! {
            impl SendMessage {
                /// Only what is text, without the other segments.
                pub fn plain_text(&self) -> String {
                    self.0.iter().filter_map(|segment| match segment {
                        SendSegment::#variant(text) => Some(text.#key.as_str()),
                        _ => None,
                    }).collect()
                }
            }

            impl From<&str> for SendMessage {
                fn from(text: &str) -> Self {
                    Self(vec![SendSegment::#maker(text)])
                }
            }

            impl From<String> for SendMessage {
                fn from(text: String) -> Self {
                    Self(vec![SendSegment::#maker(text)])
                }
            }
        })
    });
    file.rust(quote! {
        use super::SendSegment;

        /// A message to send: a list of segments. A plain `&str` or `String` becomes a text segment.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct SendMessage(Vec<SendSegment>);

        impl SendMessage {
            /// A message without segments.
            pub const fn new() -> Self {
                Self(Vec::new())
            }

            /// The segments.
            pub fn segments(&self) -> std::borrow::Cow<'_, [SendSegment]> {
                std::borrow::Cow::Borrowed(&self.0)
            }

            /// The segments themselves.
            pub fn into_segments(self) -> Vec<SendSegment> {
                self.0
            }

            /// Adds a segment at the end.
            #[must_use]
            pub fn push(mut self, segment: impl Into<SendSegment>) -> Self {
                self.0.push(segment.into());
                self
            }

            #(#adders)*
        }

        impl From<Vec<SendSegment>> for SendMessage {
            fn from(segments: Vec<SendSegment>) -> Self {
                Self(segments)
            }
        }

        impl From<SendSegment> for SendMessage {
            fn from(segment: SendSegment) -> Self {
                Self(vec![segment])
            }
        }

        impl From<SendMessage> for Vec<SendSegment> {
            fn from(message: SendMessage) -> Self {
                message.0
            }
        }

        impl<S: Into<SendSegment>> FromIterator<S> for SendMessage {
            fn from_iter<I: IntoIterator<Item = S>>(segments: I) -> Self {
                Self(segments.into_iter().map(Into::into).collect())
            }
        }

        #text
    });
}

fn methods(message: &Message<'_>, cq: &CqPlan) -> TokenStream {
    let (name, segment) = (ident(message.name), ident(message.segment));
    let borrowed =
        message.single.then(|| quote!(Self::Single(segment) => Cow::Borrowed(std::slice::from_ref(segment)),));
    let owned = message.single.then(|| quote!(Self::Single(segment) => vec![*segment],));
    let written = message.single.then(|| quote!(Self::Single(segment) => cq::write(std::slice::from_ref(&**segment)),));
    let plain = plain_text(message, cq);
    quote! {
        impl #name {
            /// A message without segments.
            pub const fn new() -> Self {
                Self::Segments(Vec::new())
            }

            /// A message from a string with CQ codes.
            pub fn cq(code: impl Into<String>) -> Self {
                Self::Cq(code.into())
            }

            /// The segments; those of a string are read from its CQ codes.
            pub fn segments(&self) -> std::borrow::Cow<'_, [#segment]> {
                use std::borrow::Cow;
                match self {
                    Self::Cq(code) => Cow::Owned(cq::parse(code)),
                    Self::Segments(segments) => Cow::Borrowed(segments),
                    #borrowed
                }
            }

            /// The segments themselves.
            pub fn into_segments(self) -> Vec<#segment> {
                match self {
                    Self::Cq(code) => cq::parse(&code),
                    Self::Segments(segments) => segments,
                    #owned
                }
            }

            /// Adds a segment at the end.
            #[must_use]
            pub fn push(self, segment: impl Into<#segment>) -> Self {
                let mut segments = self.into_segments();
                segments.push(segment.into());
                Self::Segments(segments)
            }

            /// The string form; an error where a segment has none.
            pub fn to_cq(&self) -> Result<String, NoCqForm> {
                match self {
                    Self::Cq(code) => Ok(code.clone()),
                    Self::Segments(segments) => cq::write(segments),
                    #written
                }
            }
            #plain
        }
    }
}

/// What is text in it, where the text segment has the shape that one expects.
fn plain_text(message: &Message<'_>, cq: &CqPlan) -> Option<TokenStream> {
    let segment = ident(message.segment);
    let text = message.text(cq)?;
    let (variant, key) = (ident(&text.name), ident(&crate::rust::names::field(&cq.code.text_key)));
    let text = if message.received { quote!(text.#key.as_deref()) } else { quote!(Some(text.#key.as_str())) };
    Some(quote! {
        /// Only what is text, without the other segments.
        pub fn plain_text(&self) -> String {
            self.segments().iter().filter_map(|segment| match segment {
                #segment::#variant(text) => #text,
                _ => None,
            }).collect()
        }
    })
}

fn conversions(message: &Message<'_>, cq: &CqPlan) -> TokenStream {
    let (name, segment) = (ident(message.name), ident(message.segment));
    let text = message.text(cq).map(|text| {
        let maker = ident(&crate::rust::names::field(&text.tag));
        quote! {
            /// Plain text: nothing in it is taken for a CQ code.
            impl From<&str> for #name {
                fn from(text: &str) -> Self {
                    Self::Segments(vec![#segment::#maker(text)])
                }
            }

            /// Plain text: nothing in it is taken for a CQ code.
            impl From<String> for #name {
                fn from(text: String) -> Self {
                    Self::Segments(vec![#segment::#maker(text)])
                }
            }
        }
    });
    quote! {
        impl Default for #name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl From<Vec<#segment>> for #name {
            fn from(segments: Vec<#segment>) -> Self {
                Self::Segments(segments)
            }
        }

        impl From<#segment> for #name {
            fn from(segment: #segment) -> Self {
                Self::Segments(vec![segment])
            }
        }

        impl<S: Into<#segment>> FromIterator<S> for #name {
            fn from_iter<I: IntoIterator<Item = S>>(segments: I) -> Self {
                Self::Segments(segments.into_iter().map(Into::into).collect())
            }
        }

        #text
    }
}
