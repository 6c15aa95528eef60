//! Messages in events, the same in every dialect, and how they are answered.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::SourceFile;
use crate::model::{Field, Module, Path};
use crate::plan::conversation::{Body, Conversation, GroupAt, MessageEvent, MessageFields, SendAction};
use crate::rust::layout::Layout;
use crate::rust::names::{self, ident};

/// The file of the views of messages; nothing where no event holds one.
pub(crate) fn file(plan: &Layout) -> Option<SourceFile> {
    if plan.conversation.messages.is_empty() {
        return None;
    }
    let docs = "Messages in events: who wrote what, and where.";
    let mut file = SourceFile::new(&plan.dialect, "conversation.rs", docs);
    if plan.inherited.has(Module::Events, "Event") {
        plan.inherited.whole(&mut file, "conversation");
        return Some(file);
    }
    let (group, message) = (id(&mut file, "GroupId"), id(&mut file, "MessageId"));
    let (user, segment) = (id(&mut file, "UserId"), file.path(&segments("ReceiveSegment")));
    let words = plan.text.as_ref().and_then(|(kind, key)| {
        let branch = plan.receive.segments.iter().find(|it| it.branch.tag == *kind)?;
        let (variant, key) = (ident(&branch.branch.name), ident(&names::field(key)));
        Some(quote! {
            /// Only what is text, without the other segments.
            pub fn plain_text(&self) -> String {
                self.segments.iter().filter_map(|segment| match segment {
                    #segment::#variant(text) => text.#key.as_deref(),
                    _ => None,
                }).collect()
            }
        })
    });
    file.rust(quote! {
        use std::borrow::Cow;

        /// A message in an event: who wrote what, and where.
        #[derive(Debug, Clone, PartialEq)]
        pub struct MessageRef<'e> {
            sender: Option<&'e #user>,
            id: Option<&'e #message>,
            /// Nothing inside where it is not known which.
            group: Option<Option<#group>>,
            segments: Cow<'e, [#segment]>,
            own: bool,
        }

        impl MessageRef<'_> {
            /// Who wrote it.
            pub fn sender(&self) -> Option<&#user> {
                self.sender
            }

            /// Its id.
            pub fn id(&self) -> Option<&#message> {
                self.id
            }

            /// The group in which it was written; nothing for a private message.
            pub fn group(&self) -> Option<&#group> {
                self.group.as_ref()?.as_ref()
            }

            /// Whether it was written in a group.
            pub fn is_group(&self) -> bool {
                self.group.is_some()
            }

            /// Whether the account that received the event wrote it itself.
            pub fn is_own(&self) -> bool {
                self.own
            }

            /// Its segments; those of a string are read from its codes.
            pub fn segments(&self) -> &[#segment] {
                &self.segments
            }

            #words
        }
    });
    let event = file.path(&Path { module: Module::Events, name: "Event".to_owned() });
    let methods = methods(&mut file, &plan.conversation, &event, &group, &user);
    file.rust(methods);
    Some(file)
}

fn id(file: &mut SourceFile, name: &str) -> TokenStream {
    file.path(&Path { module: Module::Ids, name: name.to_owned() })
}

fn segments(name: &str) -> Path {
    Path { module: Module::Segments, name: name.to_owned() }
}

fn methods(
    file: &mut SourceFile,
    conversation: &Conversation,
    event: &TokenStream,
    group: &TokenStream,
    user: &TokenStream,
) -> TokenStream {
    let messages: Vec<_> = conversation.messages.iter().map(|message| arm(file, message)).collect();
    let groups: Vec<_> = conversation
        .groups
        .iter()
        .map(|(name, at)| {
            let (name, value) = (ident(name), group_at(file, at, &quote!(event)));
            quote!(Self::#name(event) => #value,)
        })
        .collect();
    quote! {
        impl #event {
            /// The message in it, if somebody else wrote one.
            pub fn message(&self) -> Option<MessageRef<'_>> {
                self.any_message().filter(|message| !message.is_own())
            }

            /// The message in it, also one that the account wrote itself.
            pub fn any_message(&self) -> Option<MessageRef<'_>> {
                match self {
                    #(#messages)*
                    _ => None,
                }
            }

            /// Who wrote the message in it.
            pub fn sender(&self) -> Option<&#user> {
                self.any_message()?.sender
            }

            /// The text of the message in it, without other segments.
            pub fn plain_text(&self) -> Option<String> {
                Some(self.any_message()?.plain_text())
            }

            /// The group in which it happened.
            pub fn group(&self) -> Option<#group> {
                match self {
                    #(#groups)*
                    other => other.any_message()?.group?,
                }
            }
        }
    }
}

/// What a field holds, if it is there.
fn value(field: &Field, of: &TokenStream) -> TokenStream {
    let name = ident(&names::field(&field.key));
    match (field.presence.required, field.presence.nullable) {
        (false, true) => quote!(#of.#name.value()),
        _ if field.essential => quote!(Some(&#of.#name)),
        _ => quote!(#of.#name.as_ref()),
    }
}

fn group_at(file: &mut SourceFile, at: &GroupAt, of: &TokenStream) -> TokenStream {
    let outer = value(&at.field, of);
    let Some(inside) = &at.inside else { return quote!(#outer.cloned()) };
    let inner = value(inside, &quote!(inner));
    let found = quote!(#outer.and_then(|inner| #inner).cloned());
    let Some(peer) = &at.peer else { return found };
    let (peer, group) = (value(peer, of), id(file, "GroupId"));
    quote!(#found.or_else(|| #peer.cloned().map(#group::from)))
}

fn arm(file: &mut SourceFile, message: &MessageEvent) -> TokenStream {
    let (name, own) = (ident(&message.event), value(&message.own, &quote!(event)));
    match &message.body {
        Body::Own(fields) => {
            let view = view(file, fields, &quote!(event), &own);
            quote!(Self::#name(event) => #view,)
        }
        Body::Inside { field, union, branches } => {
            let (held, union) = (value(field, &quote!(event)), file.path(union));
            let arms = branches.iter().map(|(branch, fields)| {
                let (variant, view) = (ident(&branch.name), view(file, fields, &quote!(body), &own));
                quote!(#union::#variant(body) => #view,)
            });
            let arms: Vec<_> = arms.collect();
            quote!(Self::#name(event) => match #held? { #(#arms)* _ => None, },)
        }
    }
}

fn view(file: &mut SourceFile, fields: &MessageFields, of: &TokenStream, own: &TokenStream) -> TokenStream {
    let message = value(&fields.message, of);
    let segments = if fields.list { quote!(Cow::Borrowed(#message?.as_slice())) } else { quote!(#message?.segments()) };
    let optional = |field: &Option<Field>| field.as_ref().map_or(quote!(None), |field| value(field, of));
    let (sender, id) = (optional(&fields.sender), optional(&fields.id));
    let group = fields.group.as_ref().map(|at| group_at(file, at, of));
    let group = group.map_or(quote!(None), |group| quote!(Some(#group)));
    let own = fields.sender.as_ref().map_or(quote!(false), |_| quote!(#sender.is_some_and(|it| Some(it) == #own)));
    quote!(Some(MessageRef { sender: #sender, id: #id, group: #group, segments: #segments, own: #own }))
}

/// `bot.reply(…)`.
pub(crate) fn reply(file: &mut SourceFile, conversation: &Conversation) -> Option<TokenStream> {
    let [user, group] = conversation.send.as_ref()?;
    conversation.messages.first()?;
    let (message, id) = (file.path(&segments("SendMessage")), id(file, "MessageId"));
    let to_user = send(file, user, &quote!(sender));
    let to_group = send(file, group, &quote!(group));
    Some(quote! {
        /// Answers a message where it was written: in its group, or to whoever wrote it. Returns the id of the answer.
        pub async fn reply(
            &self,
            to: &super::MessageRef<'_>,
            message: impl Into<#message>,
        ) -> Result<Option<#id>, CallError<T::Error>> {
            let message = message.into();
            if to.is_group() {
                let group = to.group().ok_or(CallError::NoRecipient)?;
                return #to_group;
            }
            let sender = to.sender().ok_or(CallError::NoRecipient)?;
            #to_user
        }
    })
}

fn send(file: &mut SourceFile, action: &SendAction, to: &TokenStream) -> TokenStream {
    let name = file.path(&Path { module: Module::Actions, name: action.name.clone() });
    let call = if action.message_first { quote!(#name::new(message, #to)) } else { quote!(#name::new(#to, message)) };
    let Some(id) = &action.id else { return quote!(self.call(&#call).await.map(|_| None)) };
    let id = value(id, &quote!(sent));
    quote!(self.call(&#call).await.map(|sent| #id.cloned()))
}
