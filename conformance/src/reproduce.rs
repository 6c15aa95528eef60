//! Lines to paste into a shell that show a finding again. Tokens stand as variables, other secrets are masked before the
//! line is quoted, so that it stays a line that a shell reads.

use botspec_reports::record::Transport;
use botspec_reports::shell;

use crate::exchange::{Exchange, Sent};
use crate::redact::Secrets;
use crate::target::{Target, Token};

/// The environment variables that stand for the tokens of the account and of the second one, where they came from no other.
const TOKEN: &str = "BOTSPEC_TOKEN";
const ACTOR_TOKEN: &str = "BOTSPEC_ACTOR_TOKEN";

/// The line that sends one request again, or waits for the target again: `curl` or `websocat`. Nothing where no plain
/// tool does it.
pub(crate) fn request(exchange: &Exchange, target: &Target, secrets: &Secrets) -> Option<String> {
    let quote = Quote { tokens: tokens(target), secrets };
    Some(match &exchange.sent {
        Sent::Http(request) => {
            let options = if exchange.transport == Transport::Sse { "curl -isSN" } else { "curl -isS" };
            let mut words = vec![options.to_owned()];
            if let Some(ca) = target.ca.as_ref().filter(|_| request.url.starts_with("https://")) {
                words.push(format!("--cacert {}", quote.word(&ca.path.to_string_lossy())));
            }
            words.push(format!("-X {}", quote.word(&request.method)));
            for (name, value) in &request.headers {
                words.push(format!("-H {}", quote.word(&format!("{name}: {value}"))));
            }
            if !request.body.is_empty() {
                words.push(format!("--data-binary {}", quote.bytes(&request.body)));
            }
            words.push(quote.word(&request.url));
            words.join(" ")
        }
        Sent::Frame { url, headers, text } => {
            let (trust, options) = (quote.trust(url, target), quote.headers(headers));
            format!("printf '%s' {} | {trust}websocat -n1 {options}{}", quote.word(text), quote.word(url))
        }
        Sent::Handshake { url, headers } => {
            format!("{}websocat {}{}", quote.trust(url, target), quote.headers(headers), quote.word(url))
        }
        Sent::Waiting { url, text, .. } => {
            let (scheme, rest) = url.split_once("://")?;
            let at = rest.split('/').next().filter(|_| scheme == "ws")?;
            let sent = text.as_ref().map(|text| format!("printf '%s' {} | ", quote.word(text)));
            format!("{}websocat -s {at}", sent.unwrap_or_default())
        }
    })
}

/// The line that runs one check again.
pub(crate) fn check(command: &[String], id: &str, seed: u64, secrets: &Secrets) -> String {
    let quote = Quote { tokens: Vec::new(), secrets };
    let mut words: Vec<String> = command.iter().map(|word| quote.word(word)).collect();
    words.push(format!("--seed {seed} --select {}", quote.word(id)));
    words.join(" ")
}

/// The request of an exchange in one line, for a headline.
pub(crate) fn named(exchange: &Exchange, secrets: &Secrets) -> String {
    let text = match &exchange.sent {
        Sent::Http(request) if request.body.is_empty() => format!("{} {}", request.method, request.url),
        Sent::Http(request) => {
            format!("{} {} {}", request.method, request.url, String::from_utf8_lossy(&request.body))
        }
        Sent::Frame { text, .. } | Sent::Waiting { text: Some(text), .. } => text.clone(),
        Sent::Handshake { url, .. } => format!("WebSocket {url}"),
        Sent::Waiting { url, text: None, .. } => format!("waiting at {url}"),
    };
    secrets.clean(&text)
}

/// The tokens of a target, each with the variable that stands for it; the longest first, as one may be a part of another.
fn tokens(target: &Target) -> Vec<(&str, &str)> {
    let with = |token, default| (Token::expose(token), Token::variable(token).unwrap_or(default));
    let own = target.own_tokens().map(|token| with(token, TOKEN));
    let actor = target.actor.iter().flat_map(|actor| actor.own_tokens()).map(|token| with(token, ACTOR_TOKEN));
    let mut tokens: Vec<_> = own.chain(actor).filter(|(token, _)| !token.is_empty()).collect();
    tokens.sort_by_key(|(token, _)| std::cmp::Reverse(token.len()));
    tokens
}

struct Quote<'a> {
    tokens: Vec<(&'a str, &'a str)>,
    secrets: &'a Secrets,
}

impl Quote<'_> {
    /// What reports websocat whose certificates to trust.
    fn trust(&self, url: &str, target: &Target) -> String {
        let ca = target.ca.as_ref().filter(|_| url.starts_with("wss://"));
        ca.map(|ca| format!("SSL_CERT_FILE={} ", self.word(&ca.path.to_string_lossy()))).unwrap_or_default()
    }

    /// Headers as options.
    fn headers(&self, headers: &[(String, String)]) -> String {
        headers
            .iter()
            .flat_map(|(name, value)| ["-H ".to_owned(), self.word(&format!("{name}: {value}")), " ".to_owned()])
            .collect()
    }

    /// A word as a shell reads it back; tokens stand as a variable.
    fn word(&self, text: &str) -> String {
        let pieces = self.pieces(text);
        if let [Piece::Text(text)] = &pieces[..] {
            return shell::quoted(text);
        }
        let mut quoted = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => quoted += &in_double_quotes(text),
                // Braces only where the name would go on.
                Piece::Variable(name) => match pieces.get(at + 1) {
                    Some(Piece::Text(next)) if next.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_') => {
                        quoted = quoted + "${" + name + "}";
                    }
                    _ => quoted = quoted + "$" + name,
                },
            }
        }
        format!("\"{quoted}\"")
    }

    /// A text without secrets, cut where tokens stand in it.
    fn pieces(&self, text: &str) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        loop {
            let next = self.tokens.iter().filter_map(|(token, name)| Some((rest.find(token)?, token.len(), *name)));
            // Of several at one place, the longest, which comes first.
            let Some((at, length, name)) = next.min_by_key(|(at, ..)| *at) else { break };
            if at > 0 {
                pieces.push(Piece::Text(self.secrets.clean(&rest[..at])));
            }
            pieces.push(Piece::Variable(name));
            rest = &rest[at + length..];
        }
        if !rest.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(self.secrets.clean(rest)));
        }
        pieces
    }

    /// Bytes as a shell reads them back.
    fn bytes(&self, bytes: &[u8]) -> String {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => self.word(text),
            _ => {
                let escaped: String = bytes.iter().flat_map(|byte| ["\\x".to_owned(), format!("{byte:02x}")]).collect();
                format!("$'{escaped}'")
            }
        }
    }
}

/// A piece of a word.
enum Piece<'a> {
    Text(String),
    Variable(&'a str),
}

fn in_double_quotes(text: &str) -> String {
    text.chars().flat_map(|c| "\\\"$`".contains(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::HttpRequest;
    use crate::received::Received;
    use crate::target::{Adapter, Token};
    use insta::assert_snapshot;
    use std::time::Instant;

    fn line(sent: Sent) -> String {
        let mut target = Target::new("a", "onebot11");
        target.http = Some(Adapter::new("http://127.0.0.1:3000", Some(Token::new("s3cret"))));
        target.ws = Some(Adapter::new("ws://127.0.0.1:3001", Some(Token::new("s3cret"))));
        let now = Instant::now();
        let exchange = Exchange {
            transport: Transport::Http,
            sent,
            sent_at: now,
            received_at: now,
            status: None,
            headers: Vec::new(),
            received: Received::Empty,
            echo: None,
        };
        request(&exchange, &target, &Secrets::default()).unwrap_or_default()
    }

    #[test]
    fn a_request_becomes_a_line_without_its_token() {
        let http = |body: &[u8]| {
            Sent::Http(HttpRequest {
                method: "POST".into(),
                url: "http://127.0.0.1:3000/send_msg?a=b&c".into(),
                headers: vec![("Authorization".into(), "Bearer s3cret".into())],
                body: body.to_vec(),
                cuts: Vec::new(),
            })
        };
        assert_snapshot!(line(http(b"{\"message\":\"it's $5\"}")), @r#"curl -isS -X POST -H "Authorization: Bearer $BOTSPEC_TOKEN" --data-binary '{"message":"it'\''s $5"}' 'http://127.0.0.1:3000/send_msg?a=b&c'"#);
        assert_snapshot!(line(http(b"\xff{")), @r#"curl -isS -X POST -H "Authorization: Bearer $BOTSPEC_TOKEN" --data-binary $'\xff\x7b' 'http://127.0.0.1:3000/send_msg?a=b&c'"#);
        assert_snapshot!(line(http(b"")), @r#"curl -isS -X POST -H "Authorization: Bearer $BOTSPEC_TOKEN" 'http://127.0.0.1:3000/send_msg?a=b&c'"#);
        let headers = vec![("Authorization".into(), "Bearer s3cret".into())];
        let frame = Sent::Frame { url: "ws://127.0.0.1:3001/api".into(), headers, text: "{\"action\":\"a\"}".into() };
        assert_snapshot!(line(frame), @r#"printf '%s' '{"action":"a"}' | websocat -n1 -H "Authorization: Bearer $BOTSPEC_TOKEN" ws://127.0.0.1:3001/api"#);
        let handshake =
            Sent::Handshake { url: "ws://127.0.0.1:3001/event?access_token=s3cret".into(), headers: Vec::new() };
        assert_snapshot!(line(handshake), @r#"websocat "ws://127.0.0.1:3001/event?access_token=$BOTSPEC_TOKEN""#);
    }

    #[test]
    fn waiting_becomes_a_line() {
        let waiting = |url: &str, text: Option<&str>| Sent::Waiting {
            url: url.into(),
            headers: Vec::new(),
            text: text.map(str::to_owned),
        };
        assert_snapshot!(line(waiting("ws://127.0.0.1:6700/a", Some("{}"))), @"printf '%s' '{}' | websocat -s 127.0.0.1:6700");
        assert_snapshot!(line(waiting("ws://127.0.0.1:6700", None)), @"websocat -s 127.0.0.1:6700");
        assert_snapshot!(line(waiting("http://127.0.0.1:6701", None)), @"");
    }

    #[test]
    fn a_check_becomes_a_line() {
        let command = ["botspec", "run", "--target", "my bot.toml"].map(str::to_owned);
        assert_snapshot!(check(&command, "onebot11/action/get_msg/result", 7, &Secrets::default()), @"botspec run --target 'my bot.toml' --seed 7 --select onebot11/action/get_msg/result");
    }

    #[test]
    fn a_secret_with_signs_of_a_shell_leaves_a_whole_line() {
        let secrets = Secrets::default();
        secrets.learn(["it's \"secret\" $HOME".to_owned()]);
        let mut target = Target::new("a", "onebot11");
        target.ws = Some(Adapter::new("ws://127.0.0.1:3001", Some(Token::new("s3cret").from_variable("BOT_TOKEN"))));
        target.actor = Some(Box::new(Target::new("b", "onebot11")));
        let second = target.actor.as_mut().expect("an actor");
        second.http = Some(Adapter::new("http://127.0.0.1:3002", Some(Token::new("s3cret-too"))));
        let quote = Quote { tokens: tokens(&target), secrets: &secrets };
        assert_eq!(quote.word("it's \"secret\" $HOME, it's"), r"'<secret>, it'\''s'");
        let line = quote.word("a=s3cret&b=s3cret-too&c=it's \"secret\" $HOME");
        assert_eq!(line, "\"a=$BOT_TOKEN&b=$BOTSPEC_ACTOR_TOKEN&c=<secret>\"");
    }
}
