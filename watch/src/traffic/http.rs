//! Calls and posts over HTTP.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use botspec_conformance::{Exchange, FrameOrigin, HttpRequest, Post, Sent};
use botspec_reports::record::{Difference, Text, Transport};

use super::events::too_long;
use super::{Breach, Traffic, call_evidence};
use crate::call;
use crate::evidence::Evidence;
use crate::rules;
use crate::signature;
use crate::tee::HttpExchange;

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
        if exchange.bot_asked { self.http_call(exchange, at, time) } else { self.post(exchange, at, time) }
    }

    fn http_call(&mut self, exchange: HttpExchange, at: Instant, time: SystemTime) {
        let HttpExchange { request, body, asked_at, response, answer, .. } = exchange;
        let contract = self.contract();
        let Some(called) = call::over_http(&contract, &request, &body) else { return };
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
        self.judge_answer(transport, called, judged, time, answer.size());
    }

    /// An event that was posted, with what the bot answered.
    fn post(&mut self, exchange: HttpExchange, at: Instant, time: SystemTime) {
        let HttpExchange { request, body, .. } = exchange;
        let contract = self.contract();
        let Some(webhook) = contract.file().transports.webhook.clone().filter(|_| request.method == "POST") else {
            return;
        };
        let transport = Transport::Webhook;
        if let (Some(signature), Some(secret)) = (&webhook.signature, self.settings.webhook_secret.clone())
            && body.is_whole()
        {
            self.seen.rule(rules::SIGNATURE.name, transport);
            let wanted = signature::of(signature, &secret, body.bytes());
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
        let account = self.account_of(transport, &request);
        let post = Post { method: request.method, path: String::new(), headers: request.headers, body: Vec::new() };
        self.event(transport, None, account, &body, FrameOrigin::Post(Box::new(post)), (at, time));
    }

    /// Judges an answer by the contract of what was called.
    pub(super) fn judge_answer(
        &mut self,
        transport: Transport,
        called: crate::evidence::Called,
        judged: Exchange,
        time: SystemTime,
        size: usize,
    ) {
        self.count_answer(transport, &called, &judged);
        let found = self.judge.answer(&called.action, &called.params, &judged);
        self.answered_call(transport, &called, &judged.received, time, size);
        self.keep(found, || call_evidence(time, transport, called, Some(judged.received), size));
    }
}
