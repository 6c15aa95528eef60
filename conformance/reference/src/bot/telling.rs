//! How a served account tells its clients what happens, and each of them that it is there.

use std::sync::Arc;

use botspec_schema::Kind;
use botspec_schema::model::{Lifecycle, Transport};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Bot;
use crate::faults::Switch;
use crate::protocol::View;
use crate::shared::Listener;
use crate::transport::line::Look;
use crate::transport::session::{Frames, Session};
use crate::world::{Change, Told, World};

/// An event in each of the looks that somebody wants it in.
pub(crate) type News = Vec<(Look, Value)>;

/// A registered session; it is taken off when this is dropped.
pub(crate) struct Registered {
    pub(crate) bot: Arc<Bot>,
    pub(crate) session: Arc<Session>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.bot.sessions.remove(&self.session);
    }
}

impl Bot {
    /// Registers a session: from now on nothing is missed. What it is told first is what it has to know of itself.
    pub(crate) fn welcome(
        self: &Arc<Self>,
        (session, frames): (Arc<Session>, Frames),
        moment: Lifecycle,
    ) -> (Registered, Frames) {
        self.world.read(|world| {
            self.tell_lifecycle(world, &session, moment);
            if session.takes_events() && self.faults.on(Switch::LifecycleEnable) && moment == Lifecycle::Connect {
                self.lifecycle(world, &session, Lifecycle::Enable);
            }
            self.sessions.add(&session);
        });
        (Registered { bot: Arc::clone(self), session }, frames)
    }

    /// Tells a session that the account goes.
    pub(crate) fn farewell(&self, session: &Session) {
        self.world.read(|world| self.tell_lifecycle(world, session, Lifecycle::Disable));
    }

    /// Tells a session of a moment, where the dialect does so over its transport.
    fn tell_lifecycle(&self, world: &World, session: &Session, moment: Lifecycle) {
        let told = session.takes_events() && session.line.lifecycle.contains(&moment);
        if told && !self.faults.no_lifecycle(session.line.wire) {
            self.lifecycle(world, session, moment);
        }
    }

    fn lifecycle(&self, world: &World, session: &Session, moment: Lifecycle) {
        if let Some(event) = self.protocol.lifecycle(&self.view(world, session.line.look), moment) {
            self.emit(event, |event| session.push(frame(event)));
        }
    }

    /// A sign of life to one session.
    pub(crate) fn beat(&self, session: &Session) {
        self.world.read(|world| self.beat_at(world, session, world.now()));
    }

    fn beat_at(&self, world: &World, session: &Session, time: i64) {
        let line = &session.line;
        if !line.beats || !session.takes_events() || self.faults.no_heartbeat(line.wire) {
            return;
        }
        let view = View { time, ..self.view(world, line.look) };
        if let Some(event) = self.protocol.heartbeat(&view, line.heartbeat.unwrap_or_default()) {
            self.emit(event, |event| session.push(frame(event)));
        }
    }

    /// An event on its way out: checked, spoiled by faults, and given to `push` as often as it is told.
    fn emit(&self, event: Value, mut push: impl FnMut(&Value)) {
        let name = self.dialect.recognise_event(&event).map_or("", |event| event.name.as_str());
        self.verify(Kind::Event, name, &event);
        for event in self.faults.event(name, event) {
            push(&event);
        }
    }

    /// Notes that somebody came who hears of events.
    pub(crate) fn attended(&self, session: &Session) {
        if session.takes_events() {
            self.came.send_replace(true);
        }
    }

    /// The same event to everybody who takes events, however they want messages.
    pub(crate) fn tell_everybody(&self, event: &Value) {
        self.world.read(|_| {
            let looks = self.sessions.looks(|session| self.hears(session));
            self.broadcast(looks.into_iter().map(|look| (look, event.clone())).collect());
        });
    }

    /// An event to everybody who takes events.
    fn broadcast(&self, news: News) {
        let to_one = self.faults.on(Switch::EventsToOne);
        for news in self.faults.in_order(news) {
            for (look, event) in news {
                self.emit(event, |event| {
                    let plain = frame(event);
                    let mut first = true;
                    self.sessions.each(|session| {
                        let wire = session.line.wire;
                        if session.line.look != look || !self.hears(session) {
                            return;
                        }
                        if to_one && wire == Transport::Ws && !std::mem::take(&mut first) {
                            return;
                        }
                        match self.faults.over(wire, event) {
                            None => session.push(plain.clone()),
                            Some(told) => told.iter().for_each(|event| session.push(frame(event))),
                        }
                    });
                });
            }
        }
    }

    fn hears(&self, session: &Session) -> bool {
        session.takes_events() || (session.line.wire == Transport::Ws && self.faults.on(Switch::EventsOnApi))
    }
}

fn frame(event: &Value) -> Utf8Bytes {
    event.to_string().into()
}

/// Tells the clients of a bot what happens in the world.
pub(crate) struct Teller(pub(crate) Arc<Bot>);

impl Listener for Teller {
    fn hear(&mut self, world: &World, told: &Told) {
        let Self(bot) = self;
        if matches!(told.change, Change::Heartbeat) {
            bot.sessions.each(|session| bot.beat_at(world, session, told.time));
            return;
        }
        let mut looks = bot.sessions.looks(|session| bot.hears(session));
        if looks.is_empty() && bot.defects.is_some() {
            // Nobody hears of it, but it is checked all the same.
            looks.push(Look::default());
        }
        let news: News = looks
            .into_iter()
            .filter_map(|look| {
                let view = View { time: told.time, ..bot.view(world, look) };
                Some((look, bot.protocol.event(&view, &told.change)?))
            })
            .collect();
        if !news.is_empty() {
            bot.broadcast(news);
        }
    }
}
