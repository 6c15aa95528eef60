//! Messages over a WebSocket, and events of streams.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use botspec_conformance::answer::{CallOutcome, call_outcome};
use botspec_conformance::{Exchange, FrameOrigin, Sent};
use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::DATA;
use serde_json::Value;

use super::events::{Arrived, too_long};
use super::pending::Match;
use super::{Breach, Traffic};
use crate::call;
use crate::evidence::{ActionCall, Evidence};
use crate::rules;
use crate::tee::Payload;

impl Traffic {
    /// A message over a WebSocket.
    pub(super) fn message(
        &mut self,
        number: u64,
        from_bot: bool,
        text: bool,
        payload: &Payload,
        at: Instant,
        time: SystemTime,
    ) {
        let Some(transport) = self.connections.get(&number).map(|connection| connection.transport) else { return };
        if !payload.is_whole() {
            self.gap(number);
            return self.note(too_long(payload));
        }
        let arrived = Arrived::read(payload, at, time);
        if from_bot {
            return self.frame_of_bot(number, transport, &arrived);
        }
        let is_answer = arrived.received.json().is_some_and(|frame| self.judge.contract().is_answer(frame));
        if is_answer {
            self.answer(number, transport, arrived);
        } else {
            let origin = if text { FrameOrigin::Text } else { FrameOrigin::Binary };
            self.event(transport, Some(number), None, arrived, origin);
        }
    }

    fn frame_of_bot(&mut self, number: u64, transport: Transport, arrived: &Arrived<'_>) {
        let contract = self.contract();
        let (at, time) = (arrived.at, arrived.time);
        let Some((called, echo)) = arrived.received.json().and_then(|frame| call::in_frame(&contract, frame)) else {
            return;
        };
        self.called(Some(number), transport, &called, at, time);
        let action = contract.resolve(&called.action).map(|call| &call.action.value);
        let patient = action.is_some_and(|action| action.streams || action.waits.is_some() || action.unanswered);
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.pending.add(called, echo, at, time, patient);
        }
    }

    fn answer(&mut self, number: u64, transport: Transport, arrived: Arrived<'_>) {
        let contract = self.contract();
        let Arrived { payload, received, at, time } = arrived;
        let key = contract.call_keys().map(|keys| keys.echo.clone());
        let echo = key.as_ref().and_then(|key| received.json()?.get(key)).cloned();
        let Some(connection) = self.connections.get_mut(&number) else { return };
        let (matched, gap) = (connection.pending.take(echo.as_ref()), connection.gap);
        self.tally.rule(&rules::ECHO, transport);
        match matched {
            Match::Call(call) => {
                let judged = Exchange {
                    transport,
                    sent: Sent::Frame { url: String::new(), headers: Vec::new(), text: String::new() },
                    sent_at: call.at,
                    received_at: at,
                    status: None,
                    headers: Vec::new(),
                    received,
                    echo,
                };
                self.judge_answer(Some(number), call.called, judged, time, payload.size());
            }
            Match::None if !gap => {
                self.unmatched += 1;
                let summary = Text::both("an answer belongs to no call", "有响应不属于任何调用");
                let found = echo.map_or("nothing".to_owned(), |_| "another one".to_owned());
                let pointer = key.map(|key| format!("/{key}")).unwrap_or_default();
                let expected = "the echo of a call that waits for its answer".to_owned();
                let difference = Difference { pointer, expected, found };
                let size = payload.size();
                let evidence = Arc::new(Evidence::new(time, transport.to_string(), None, Some(received), size));
                self.breach(transport, Breach { rule: &rules::ECHO, action: None, summary, difference }, &evidence);
            }
            Match::None | Match::Unknown => self.unmatched += 1,
        }
    }

    /// An event of a stream.
    pub(super) fn stream_event(
        &mut self,
        number: u64,
        name: Option<String>,
        data: &Payload,
        at: Instant,
        time: SystemTime,
    ) {
        let transport = Transport::Sse;
        let wanted = self.judge.contract().file().transports.sse.as_ref().map(|sse| sse.event.clone());
        if let Some(wanted) = wanted {
            self.tally.rule(&rules::STREAM_NAME, transport);
            if wanted != name && wanted.is_some() {
                let difference = Difference {
                    pointer: String::new(),
                    expected: wanted.map_or("no name".to_owned(), |name| format!("`event: {name}`")),
                    found: name.as_ref().map_or("nothing".to_owned(), |_| "another name".to_owned()),
                };
                let summary = Text::both("an event of the stream has another name", "事件流中的事件名称不符");
                let evidence =
                    Arc::new(Evidence::new(time, transport.to_string(), None, Some(data.received()), data.size()));
                let breach = Breach { rule: &rules::STREAM_NAME, action: None, summary, difference };
                self.breach(transport, breach, &evidence);
            }
        }
        self.event(transport, Some(number), None, Arrived::read(data, at, time), FrameOrigin::Event { name });
    }

    /// Counts an answer, and learns from it who answers.
    pub(super) fn count_answer(&mut self, called: &ActionCall, judged: &Exchange) {
        let (contract, transport) = (self.contract(), judged.transport);
        let Some(envelope) = judged.json().filter(|answer| answer.is_object()) else { return };
        let done = call_outcome(&contract, envelope) == CallOutcome::Ok;
        if let Some(lessons) = self.lessons.as_mut().filter(|_| done) {
            lessons.answer(&contract, &called.action, envelope);
        }
        let Some(call) = contract.resolve(&called.action) else { return };
        let calls = self.tally.call(&call.action.name, transport);
        calls.answered += 1;
        calls.succeeded += u64::from(done);
        let Some(role) = contract.roles().version.as_ref().filter(|role| done && role.action == call.action.name)
        else {
            return;
        };
        let text = |field: &str| envelope.get(DATA)?.get(field).and_then(Value::as_str).map(str::to_owned);
        if let (Some(name), Some(version)) = (text(&role.name), text(&role.version)) {
            self.tally.version = Some((name, version, role.action.clone()));
        }
    }
}
