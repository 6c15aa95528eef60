//! The client: a method for each action.

use botspec_schema::RETCODE;
use proc_macro2::TokenStream;
use quote::quote;

use super::conversation;
use super::file::{SourceFile, doc_lines};
use super::record::argument;
use crate::model::{Field, Item, Module, Path, Type};
use crate::plan::{ActionPlan, EnvelopePlan, Plan};
use crate::rust::docs;
use crate::rust::names::{self, ident};
use crate::wire::Wire;

/// The bot itself.
pub(crate) fn bot(file: &mut SourceFile, plan: &Plan) {
    let suffixes = plan.suffixes.as_ref();
    let (why, reply) = (why(&plan.envelope, plan.wire.as_ref()), conversation::reply(file, &plan.conversation));
    file.uses(&["Action", "Connection", "EventSource", "FromJson", "Outcome", "Raw", "Failed", "Transport"]);
    let event = file.path(&Path { module: Module::Events, name: "Event".to_owned() });
    let envelope_type = file.ty(&Type::Named(Path { module: Module::Envelope, name: "Envelope".to_owned() }));
    let suffixes = suffixes.map(|suffixes| {
        let (deferred, rate_limited) = (&suffixes.deferred, &suffixes.rate_limited);
        quote! {
            /// Calls an action that is answered at once and done afterwards.
            pub async fn call_async<A: Action>(&self, action: &A) -> Result<(), CallError<T::Error>> {
                self.answer(&[A::NAME, #deferred].concat(), action).await.map(|_| ())
            }

            /// Calls an action that is answered at once and done in a queue with pauses.
            pub async fn call_rate_limited<A: Action>(&self, action: &A) -> Result<(), CallError<T::Error>> {
                self.answer(&[A::NAME, #rate_limited].concat(), action).await.map(|_| ())
            }
        }
    });
    file.rust(quote! {
        /// Why a call gave no result.
        pub type CallError<E> = crate::CallError<E, #envelope_type>;

        /// A bot behind a transport: a method for each action.
        ///
        /// A method takes what the action requires; an action with more to state is built first and given to
        /// [`call`](Self::call).
        #[derive(Debug, Clone)]
        pub struct Bot<T = Connection> {
            transport: T,
        }

        impl<T: Transport> Bot<T> {
            /// A bot behind `transport`.
            pub const fn new(transport: T) -> Self {
                Self { transport }
            }

            /// The transport.
            pub const fn transport(&self) -> &T {
                &self.transport
            }

            /// Calls an action.
            pub async fn call<A: Action>(&self, action: &A) -> Result<A::Response, CallError<T::Error>> {
                Ok(self.answer(A::NAME, action).await?.response::<A>()?)
            }

            #reply

            #suffixes

            async fn answer<A: Action>(&self, name: &str, action: &A) -> Result<#envelope_type, CallError<T::Error>> {
                let params = Raw::of(action)?.to_string();
                let body = self.transport.call(name, params).await.map_err(CallError::Transport)?;
                let envelope = #envelope_type::from_json(&body)?;
                match envelope.outcome() {
                    Outcome::Ok | Outcome::Deferred => Ok(envelope),
                    Outcome::Failed => {
                        let why = #why;
                        Err(CallError::Failed(Box::new(Failed::new(name, why, envelope, body))))
                    }
                }
            }
        }

        impl<T: EventSource> Bot<T> {
            /// The next event; nothing where no more will come.
            ///
            /// Several readers share the events; dropping the future loses none. What is no event is an error, and the next
            /// one comes after it. A connection that breaks is made again without a word.
            pub async fn next_event(&self) -> Option<Result<#event, CallError<T::Error>>> {
                Some(match self.transport.next_frame().await? {
                    Ok(frame) => #event::from_json(&frame).map_err(CallError::Decode),
                    Err(error) => Err(CallError::Transport(error)),
                })
            }
        }

        impl Bot {
            /// Ends the connection in order: calls without an answer fail, events that wait can still be read.
            pub async fn close(&self) {
                self.transport.close().await;
            }

            /// How many events were dropped because nobody read them in time.
            pub fn dropped_events(&self) -> u64 {
                self.transport.dropped_events()
            }
        }
    });
    if let Some(wire) = &plan.wire {
        connections(file, wire);
    }
}

/// The retcode and the words of an answer that states no.
fn why(envelope: &EnvelopePlan, wire: Option<&Wire>) -> TokenStream {
    let Some(Item::Record(record)) = envelope.items.first() else { return quote!((None, None)) };
    let plain = |key: &str| record.fields().find(|field| field.key == key && !field.presence.nullable);
    let retcode = plain(RETCODE).map(|field| ident(&names::field(&field.key)));
    let retcode = retcode.map_or(quote!(None), |name| quote!(envelope.#name));
    let texts = wire.map(|wire| wire.texts.as_slice()).unwrap_or_default();
    let text = texts.iter().find_map(|key| plain(key)).map(|field| ident(&names::field(&field.key)));
    let text = text.map_or(quote!(None), |name| quote!(envelope.#name.clone()));
    quote!((#retcode, #text))
}

/// How the bot connects over the transports of the runtime.
fn connections(file: &mut SourceFile, wire: &Wire) {
    file.rust(facts(wire));
    let also = if wire.frame.is_some() {
        " Connects to the WebSocket at `url`, which carries calls and events."
    } else {
        " Calls over HTTP at `url`, and events over the WebSocket beside it; this needs the feature `http`, too."
    };
    let sse = wire.sse.as_ref().map(|_| {
        quote! {
            /// Calls over HTTP at `url`, and events as a stream over HTTP.
            #[cfg(feature = "http")]
            pub async fn sse(url: &str, options: &crate::Options) -> Result<Self, Error> {
                crate::client::sse(&WIRE, url, options).await.map(Self::new).map_err(CallError::Transport)
            }
        }
    });
    file.rust(quote! {
        /// Why a call over a connection gave no result, or an event did not come.
        pub type Error = CallError<crate::TransportError>;

        impl Bot {
            #[doc = #also]
            ///
            /// An error where nobody answers or the token is refused. A connection that breaks is made again, with growing
            /// pauses; calls that wait for an answer fail then.
            #[cfg(feature = "ws")]
            pub async fn connect(url: &str) -> Result<Self, Error> {
                Self::connect_with(url, &crate::Options::new()).await
            }

            /// The same with a token, a timeout, or whatever else the options state.
            #[cfg(feature = "ws")]
            pub async fn connect_with(url: &str, options: &crate::Options) -> Result<Self, Error> {
                crate::client::connect(&WIRE, url, options).await.map(Self::new).map_err(CallError::Transport)
            }

            /// Calls over HTTP at `url`; no events come.
            #[cfg(feature = "http")]
            pub fn http(url: &str, options: &crate::Options) -> Result<Self, Error> {
                crate::client::http(&WIRE, url, options).map(Self::new).map_err(CallError::Transport)
            }

            #sse
        }
    });
    if wire.reverse.is_some() {
        file.rust(quote! {
            /// Waits for implementations that connect by themselves.
            #[cfg(feature = "reverse-ws")]
            #[derive(Debug)]
            pub struct Listener(crate::client::Listener);

            #[cfg(feature = "reverse-ws")]
            impl Listener {
                /// Listens at an address such as `127.0.0.1:8080`; port 0 takes a free one.
                pub async fn bind(address: &str, options: &crate::Options) -> Result<Self, Error> {
                    crate::client::Listener::bind(&WIRE, address, options.clone())
                        .await
                        .map(Self)
                        .map_err(CallError::Transport)
                }

                /// Where it listens.
                pub fn local_addr(&self) -> std::net::SocketAddr {
                    self.0.local_addr()
                }

                /// The bot of the next account that connects. An account that connects again is the bot that it was.
                pub async fn accept(&self) -> Result<Bot, Error> {
                    self.0.accept().await.map(Bot::new).map_err(CallError::Transport)
                }
            }
        });
    }
}

/// The facts of the dialect that the runtime's transports need.
fn facts(wire: &Wire) -> TokenStream {
    let ([header, scheme], [path, content], ws) = (&wire.auth, &wire.http, &wire.ws);
    let [status, retcode, _] = wire.envelope;
    let optional = |value: Option<TokenStream>| value.map_or(quote!(None), |value| quote!(Some(#value)));
    let sse = optional(wire.sse.as_ref().map(|path| quote!(#path)));
    let frame = optional(wire.frame.as_ref().map(|frame| {
        let (action, params, echo) = (&frame.action, &frame.params, &frame.echo);
        quote!([#action, #params, #echo])
    }));
    let reverse = optional(wire.reverse.as_ref().map(|(self_id, role, events)| {
        let events = optional(events.as_ref().map(|word| quote!(#word)));
        quote!(crate::client::Reverse { self_id: #self_id, role: #role, only_events: #events })
    }));
    quote! {
        /// What a client has to know of the dialect.
        #[allow(dead_code, reason = "only some features connect")]
        const WIRE: crate::client::Wire = crate::client::Wire {
            auth: [#header, #scheme],
            http: [#path, #content],
            ws: #ws,
            sse: #sse,
            frame: #frame,
            answer: [#status, #retcode],
            reverse: #reverse,
        };
    }
}

/// The methods for one category.
pub(crate) fn methods(file: &mut SourceFile, actions: &[ActionPlan]) {
    file.uses(&["Transport"]);
    let methods: Vec<_> = actions.iter().map(|action| method(file, action)).collect();
    file.rust(quote! {
        impl<T: Transport> super::Bot<T> {
            #(#methods)*
        }
    });
}

fn method(file: &mut SourceFile, action: &ActionPlan) -> TokenStream {
    let path = Path { module: Module::Actions, name: action.params.name.clone() };
    let (name, ty, docs) = (ident(&names::field(&action.called)), file.path(&path), method_docs(action));
    let response = file.ty(&action.response);
    let (arguments, call) = if !action.params.alternatives.is_empty() {
        (quote!(action: &#ty), quote!(action))
    } else if action.params.by_name() {
        let init = file.path(&Path { module: Module::Actions, name: action.params.init_name() });
        (quote!(init: #init), quote!(&#ty::new(init)))
    } else {
        let required: Vec<Field> = action.params.required().into_iter().cloned().collect();
        let names: Vec<_> = required.iter().map(|field| ident(&names::field(&field.key))).collect();
        let types: Vec<_> = required.iter().map(|field| argument(file, field, &quote!(value)).0).collect();
        (quote!(#(#names: #types),*), quote!(&#ty::new(#(#names),*)))
    };
    quote! {
        #docs
        pub async fn #name(&self, #arguments) -> Result<#response, super::CallError<T::Error>> {
            self.call(#call).await
        }
    }
}

/// What the action's own docs state before its sources, and how to give what the method does not ask for.
fn method_docs(action: &ActionPlan) -> TokenStream {
    let mut docs = docs::record(&action.params);
    docs.sources.clear();
    let mut lines = docs::lines(&docs);
    let optional = action.params.fields().any(|field| !field.presence.required);
    if optional && action.params.alternatives.is_empty() {
        let name = &action.params.name;
        let hint =
            format!("For its optional parameters give a [`{name}`](actions::{name}) to [`call`](super::Bot::call).");
        lines.extend([String::new(), hint]);
    }
    doc_lines(&lines)
}
