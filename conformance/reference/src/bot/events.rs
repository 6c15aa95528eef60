//! How a served account sends its clients what happens, and each of them that it is there.

use std::sync::Arc;
use std::time::Duration;

use botspec_schema::Kind;
use botspec_schema::model::{Lifecycle, Transport};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Bot;
use crate::encoding::{EncodedEvents, Encoding};
use crate::faults::{Delivery, Switch};
use crate::older;
use crate::protocol::EventContext;
use crate::session::{Frames, Session};
use crate::shared::{Reached, WorldObserver};
use crate::world::{Change, TimedChange, World};

/// A registered session; it is taken off when this is dropped.
pub(crate) struct Registered {
    pub(crate) bot: Arc<Bot>,
    pub(crate) session: Arc<Session>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.bot.sessions.remove(&self.session);
        self.bot.world.connections_changed();
    }
}

impl Bot {
    /// Registers a session: from now on nothing is missed. What it is sent first is what it has to know of itself.
    pub(crate) fn welcome(
        self: &Arc<Self>,
        (session, frames): (Arc<Session>, Frames),
        moment: Lifecycle,
    ) -> (Registered, Frames) {
        self.world.read(|world| {
            self.emit_lifecycle(world, &session, moment);
            if session.takes_events() && self.faults.on(Switch::LifecycleEnable) && moment == Lifecycle::Connect {
                self.lifecycle(world, &session, Lifecycle::Enable);
            }
            self.sessions.add(&session);
        });
        self.world.connections_changed();
        (Registered { bot: Arc::clone(self), session }, frames)
    }

    /// Sends a session that the account goes.
    pub(crate) fn farewell(&self, session: &Session) {
        self.world.read(|world| self.emit_lifecycle(world, session, Lifecycle::Disable));
    }

    /// Sends a session a lifecycle event, where the dialect does so over its transport.
    fn emit_lifecycle(&self, world: &World, session: &Session, moment: Lifecycle) {
        let rendered = session.takes_events() && session.settings.lifecycle.contains(&moment);
        if rendered && !self.faults.no_lifecycle(session.settings.wire) {
            self.lifecycle(world, session, moment);
        }
    }

    fn lifecycle(&self, world: &World, session: &Session, moment: Lifecycle) {
        if let Some(event) = self.protocol.lifecycle(&self.view(world, session.settings.encoding), moment) {
            self.emit(event, |event| session.push(self.frame(event)));
        }
    }

    /// A sign of life to one session.
    pub(crate) fn beat(&self, session: &Session) {
        self.world.read(|world| self.beat_at(world, session, world.now()));
    }

    fn beat_at(&self, world: &World, session: &Session, time: i64) {
        let settings = &session.settings;
        if !settings.beats || !session.takes_events() || self.faults.no_heartbeat(settings.wire) {
            return;
        }
        let view = EventContext { time, ..self.view(world, settings.encoding) };
        if let Some(event) = self.protocol.heartbeat(&view, settings.heartbeat.unwrap_or_default()) {
            self.emit(event, |event| session.push(self.frame(event)));
        }
    }

    /// An event on its way out: checked, spoiled by faults, and given to `push` as often as it is reported.
    fn emit(&self, mut event: Value, mut push: impl FnMut(&Value)) {
        older::known_segments(self.dialect, &mut event);
        let name = self.dialect.recognise_event(&event).map_or("", |event| event.name.as_str());
        self.variations.event(self.dialect, name, &mut event);
        self.verify(Kind::Event, name, &event);
        for event in self.faults.event(name, event) {
            push(&event);
        }
    }

    /// Notes that somebody came who is notified of events.
    pub(crate) fn note_connected(&self, session: &Session) {
        if session.takes_events() {
            self.connected.send_replace(true);
        }
    }

    /// The same event to everybody who takes events, however they want messages.
    pub(crate) fn emit_to_all(&self, event: &Value) {
        self.world.read(|_| {
            let encodings = self.sessions.encodings(|session| self.receives_events(session));
            let encoded = encodings.into_iter().map(|encoding| (encoding, event.clone())).collect();
            self.broadcast(encoded, &mut Reached::new());
        });
    }

    /// An event to everybody who takes events.
    fn broadcast(&self, encoded: EncodedEvents, reached: &mut Reached) {
        let to_one = self.faults.on(Switch::EventsToOne);
        let delivery = encoded.first().map_or(Delivery::AtOnce, |(_, event)| self.faults.delivery(self.dialect, event));
        if delivery == Delivery::Never {
            return;
        }
        for encoded in self.faults.in_order(encoded) {
            let happened = encoded.first().map(|(_, event)| event);
            let conversation = happened.and_then(|it| self.variations.conversation(self.dialect, self.account, it));
            let later = self.variations.event_delay(conversation);
            for (encoding, event) in encoded {
                self.emit(event, |event| {
                    let plain = self.frame(event);
                    let mut first = true;
                    self.sessions.each(|session| {
                        let wire = session.settings.wire;
                        if session.settings.encoding != encoding || !self.receives_events(session) {
                            return;
                        }
                        if to_one && wire == Transport::Ws && !std::mem::take(&mut first) {
                            return;
                        }
                        reached.insert(Arc::as_ptr(session) as usize);
                        match self.faults.over(wire, event) {
                            None => match (delivery, later) {
                                (Delivery::After(delay), _) => push_later(session, plain.clone(), delay),
                                (_, Some(delay)) => {
                                    self.variations.push_late(conversation, session, plain.clone(), delay);
                                }
                                _ => session.push(plain.clone()),
                            },
                            Some(rendered) => rendered.iter().for_each(|event| session.push(self.frame(event))),
                        }
                    });
                });
            }
        }
    }

    /// An event as it is written.
    fn frame(&self, event: &Value) -> Utf8Bytes {
        self.variations.spelled_event(event).unwrap_or_else(|| event.to_string()).into()
    }

    fn receives_events(&self, session: &Session) -> bool {
        session.takes_events() || (session.settings.wire == Transport::Ws && self.faults.on(Switch::EventsOnApi))
    }
}

/// Gives a session a frame when some time has passed.
fn push_later(session: &Arc<Session>, frame: Utf8Bytes, delay: Duration) {
    let session = Arc::clone(session);
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        session.push(frame);
    });
}

/// Sends the clients of a bot what happens in the world.
pub(crate) struct EventEmitter(pub(crate) Arc<Bot>);

impl WorldObserver for EventEmitter {
    fn on_change(&mut self, world: &World, change: &TimedChange, reached: &mut Reached) {
        let Self(bot) = self;
        if matches!(change.change, Change::Heartbeat) {
            bot.sessions.each(|session| bot.beat_at(world, session, change.time));
            bot.sessions.each(|session| {
                if session.takes_events() {
                    reached.insert(Arc::as_ptr(session) as usize);
                }
            });
            return;
        }
        let mut encodings = bot.sessions.encodings(|session| bot.receives_events(session));
        if encodings.is_empty() && bot.defects.is_some() {
            // Nobody is notified of it, but it is checked all the same.
            encodings.push(Encoding::default());
        }
        let encoded: EncodedEvents = encodings
            .into_iter()
            .filter_map(|encoding| {
                let view = EventContext { time: change.time, ..bot.view(world, encoding) };
                let event = bot.protocol.event(&view, &change.change)?;
                (!older::is_younger(bot.dialect, &event)).then_some((encoding, event))
            })
            .collect();
        if !encoded.is_empty() {
            bot.broadcast(encoded, reached);
        }
    }
}
