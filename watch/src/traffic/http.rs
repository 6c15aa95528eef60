//! Calls and posts over HTTP.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use botspec_conformance::signature::sign;
use botspec_conformance::{Exchange, FrameOrigin, HttpRequest, Post, Received, Sent};
use botspec_reports::record::{Difference, Text, Transport};
use serde_json::Value;

use super::events::{Arrived, too_long};
use super::{Breach, Traffic, call_evidence};
use crate::call;
use crate::evidence::{ActionCall, Evidence};
use crate::rules;
use crate::tee::{Head, HttpExchange, NotDecoded, Payload, decoded};

impl Traffic {
    /// A request with its answer.
    pub(super) fn exchange(&mut self, exchange: HttpExchange, at: Instant, time: SystemTime) {
        if exchange.request.asks_for_websocket() {
            let (status, path) = (exchange.response.status, exchange.request.path());
            return self.note(Text::both(
                format!("the handshake of a WebSocket at `{path}` was refused with status {status}"),
                format!("位于 `{path}` 的 WebSocket 握手被拒绝，状态码 {status}"),
            ));
        }
        // What is signed is the body as it was sent.
        let signed = if exchange.bot_asked { Payload::new(0) } else { exchange.body.clone() };
        let exchange = match without_encodings(exchange) {
            Ok(exchange) => exchange,
            Err(why) => return self.not_decoded(&why),
        };
        if exchange.bot_asked { self.http_call(exchange, at, time) } else { self.post(exchange, &signed, at, time) }
    }

    fn not_decoded(&mut self, why: &NotDecoded) {
        self.note(match why {
            NotDecoded::Unknown(encoding) => Text::both(
                format!("bodies compressed with `{encoding}` are passed on and not judged"),
                format!("以 `{encoding}` 压缩的正文会照常转发，但不会被检查"),
            ),
            NotDecoded::Broken(encoding) => Text::both(
                format!("some bodies are not what their `Content-Encoding: {encoding}` names; they are passed on and not judged"),
                format!("部分正文与其 `Content-Encoding: {encoding}` 不符；照常转发，不做检查"),
            ),
        });
    }

    fn http_call(&mut self, exchange: HttpExchange, at: Instant, time: SystemTime) {
        let HttpExchange { request, body, asked_at, response, answer, .. } = exchange;
        let contract = self.contract();
        let Some(called) = call::over_http(&contract, &request, &body) else {
            if let Some(action) = call::in_any_dialect(&request) {
                self.names.elsewhere(&action);
            }
            return;
        };
        let transport = Transport::Http;
        self.called(None, transport, &called, asked_at, time);
        if !answer.is_whole() {
            return self.note(too_long(&answer));
        }
        let mut received = answer.received();
        if contract.resolve(&called.action).is_some_and(|call| call.action.streams) {
            received = received.in_parts();
        }
        let judged = Exchange {
            transport,
            sent: Sent::Http(HttpRequest { method: request.method, ..HttpRequest::default() }),
            sent_at: asked_at,
            received_at: at,
            status: Some(response.status),
            headers: Vec::new(),
            received,
            echo: None,
        };
        self.judge_answer(None, called, judged, time, answer.size());
    }

    /// A request that the bot did not wait for: it ended the connection first.
    pub(super) fn abandoned(&mut self, request: &Head, body: &Payload, at: Instant, time: SystemTime) {
        let Some(called) = call::over_http(&self.contract(), request, body) else { return };
        self.called(None, Transport::Http, &called, at, time);
        self.not_awaited(Transport::Http, called, time);
    }

    /// An event that was posted, with what the bot answered.
    fn post(&mut self, exchange: HttpExchange, signed: &Payload, at: Instant, time: SystemTime) {
        let HttpExchange { request, body, response, answer, .. } = exchange;
        let contract = self.contract();
        let Some(webhook) = contract.file().transports.webhook.clone().filter(|_| request.method == "POST") else {
            return;
        };
        let transport = Transport::Webhook;
        if let (Some(signature), Some(secret)) = (&webhook.signature, self.settings.webhook_secret.clone())
            && signed.is_whole()
        {
            self.tally.rule(&rules::SIGNATURE, transport);
            let wanted = sign(signature, &secret, signed.bytes());
            let found = request.header(&signature.header);
            if !found.is_some_and(|found| found.trim().eq_ignore_ascii_case(&wanted)) {
                let summary = Text::both("a post is not signed with the secret", "上报没有用密钥正确签名");
                let found = if found.is_some() { "another signature" } else { "nothing" };
                let difference = Difference {
                    pointer: String::new(),
                    expected: format!("the signature of the body in {}", signature.header),
                    found: found.to_owned(),
                };
                let evidence =
                    Arc::new(Evidence::new(time, transport.to_string(), None, Some(body.received()), body.size()));
                self.breach(
                    transport,
                    Breach { rule: &rules::SIGNATURE, action: None, summary, difference },
                    &evidence,
                );
            }
        }
        if webhook.quick_operations && response.status == 200 && answer.is_whole() {
            self.quick_operation(&body, &answer, time);
        }
        let account = self.account_of(transport, &request);
        let post = Post { method: request.method, path: String::new(), headers: request.headers, body: Vec::new() };
        self.event(transport, None, account, Arrived::read(&body, at, time), FrameOrigin::Post(Box::new(post)));
    }

    /// What the bot answered to a post: the quick operation of its event, or nothing.
    fn quick_operation(&mut self, event: &Payload, answer: &Payload, time: SystemTime) {
        let contract = self.contract();
        let (event, answer) = (event.received(), answer.received());
        let (Some(event), Some(operation)) = (event.json(), answer.json()) else { return };
        let Some(known) = contract.dialect().recognise_event(event) else { return };
        let fields = operation.as_object().map_or(0, serde_json::Map::len);
        let differences: Vec<Difference> = match &known.quick_operation {
            None if fields == 0 => return,
            None => vec![Difference {
                pointer: String::new(),
                expected: format!("nothing: {} has no quick operation", known.name),
                found: "an operation".to_owned(),
            }],
            Some(schema) => {
                let found = contract.dialect().check_against(schema, operation).into_iter();
                found.map(|it| Difference { pointer: it.pointer, expected: it.expected, found: it.found }).collect()
            }
        };
        self.tally.rule(&rules::QUICK, Transport::Webhook);
        let evidence =
            Arc::new(Evidence::new(time, Transport::Webhook.to_string(), None, Some(Received::Json(event.clone())), 0));
        for difference in differences {
            let summary = Text::both(
                "the answer to a post is no quick operation of its event",
                "对上报的应答不是该事件的快速操作",
            );
            self.breach(
                Transport::Webhook,
                Breach { rule: &rules::QUICK, action: None, summary, difference },
                &evidence,
            );
        }
    }

    /// Judges a call and its answer that were recorded beside each other; the parameters may be unknown.
    pub(crate) fn recorded_answer(&mut self, transport: Transport, mut called: ActionCall, answer: Value, size: usize) {
        let (at, time) = (Instant::now(), SystemTime::now());
        self.called(None, transport, &called, at, time);
        let whole = !called.params.is_null();
        if !whole {
            called.params = Value::Object(serde_json::Map::new());
        }
        let judged = Exchange {
            transport,
            sent: Sent::Http(HttpRequest::default()),
            sent_at: at,
            received_at: at,
            status: None,
            headers: Vec::new(),
            received: Received::Json(answer),
            echo: None,
        };
        if whole {
            return self.judge_answer(None, called, judged, time, size);
        }
        self.count_answer(&called, &judged);
        let found = self.judge.answer(None, &called.action, &called.params, &judged);
        self.keep(found, || call_evidence(time, transport, called, Some(judged.received), size));
    }

    /// Judges an answer by the contract of what was called.
    pub(super) fn judge_answer(
        &mut self,
        number: Option<u64>,
        called: ActionCall,
        judged: Exchange,
        time: SystemTime,
        size: usize,
    ) {
        let transport = judged.transport;
        self.count_answer(&called, &judged);
        let account = self.caller(number);
        let found = self.judge.answer(account.as_ref(), &called.action, &called.params, &judged);
        if found.is_empty() {
            self.learn_account(number, &called, &judged.received);
        }
        self.answered_call(transport, &called, &judged.received, time, size);
        self.check_reported_id(number, &called, &judged, time);
        self.keep(found, || call_evidence(time, transport, called, Some(judged.received), size));
    }
}

/// The same with its bodies as they are without compression.
fn without_encodings(exchange: HttpExchange) -> Result<HttpExchange, NotDecoded> {
    let body = decoded(&exchange.request, exchange.body)?;
    let answer = decoded(&exchange.response, exchange.answer)?;
    Ok(HttpExchange { body, answer, ..exchange })
}
