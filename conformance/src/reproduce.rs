//! Lines to paste into a shell that show a finding again.

use botspec_reports::record::Transport;

use crate::exchange::{Exchange, Sent};
use crate::target::Target;

/// The environment variable that stands for a token in a line.
const TOKEN: &str = "BOTSPEC_TOKEN";

/// The line that sends one request again, or waits for the target again: `curl` or `websocat`. Nothing where no plain
/// tool does it.
pub(crate) fn request(exchange: &Exchange, target: &Target) -> Option<String> {
    let quote = Quote { tokens: target.tokens() };
    Some(match &exchange.sent {
        Sent::Http(request) => {
            let options = if exchange.transport == Transport::Sse { "curl -isSN" } else { "curl -isS" };
            let mut words = vec![options.to_owned()];
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
            let options = quote.headers(headers);
            format!("printf '%s' {} | websocat -n1 {options}{}", quote.word(text), quote.word(url))
        }
        Sent::Handshake { url, headers } => format!("websocat {}{}", quote.headers(headers), quote.word(url)),
        Sent::Waiting { url, text, .. } => {
            let (scheme, rest) = url.split_once("://")?;
            let at = rest.split('/').next().filter(|_| scheme == "ws")?;
            let sent = text.as_ref().map(|text| format!("printf '%s' {} | ", quote.word(text)));
            format!("{}websocat -s {at}", sent.unwrap_or_default())
        }
    })
}

/// The line that runs one check again.
pub(crate) fn check(command: &[String], id: &str, seed: u64) -> String {
    let quote = Quote { tokens: Vec::new() };
    let mut words: Vec<String> = command.iter().map(|word| quote.word(word)).collect();
    words.push(format!("--seed {seed} --select {}", quote.word(id)));
    words.join(" ")
}

struct Quote<'a> {
    tokens: Vec<&'a str>,
}

impl Quote<'_> {
    /// Headers as options.
    fn headers(&self, headers: &[(String, String)]) -> String {
        headers
            .iter()
            .flat_map(|(name, value)| ["-H ".to_owned(), self.word(&format!("{name}: {value}")), " ".to_owned()])
            .collect()
    }

    /// A word as a shell reads it back; tokens stand as a variable.
    fn word(&self, text: &str) -> String {
        let token = self.tokens.iter().filter(|token| !token.is_empty()).find(|token| text.contains(**token));
        if let Some(token) = token {
            let parts: Vec<String> = text.split(token).map(in_double_quotes).collect();
            return format!("\"{}\"", parts.join(&format!("${TOKEN}")));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
        if !text.is_empty() && text.bytes().all(plain) {
            return text.to_owned();
        }
        format!("'{}'", text.replace('\'', r"'\''"))
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
        request(&exchange, &target).unwrap_or_default()
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
        assert_snapshot!(check(&command, "onebot11/action/get_msg/result", 7), @"botspec run --target 'my bot.toml' --seed 7 --select onebot11/action/get_msg/result");
    }
}
