//! Compressed bodies and messages: passed on as they are, judged as what they hold.

use botspec_reports::record::Transport;
use miniz_oxide::MZFlush;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;

use crate::bytes::{SWITCHED, UPGRADE, frame};
use crate::harness::{Left, Side, left_of, summary};
use Side::{Client, Server};

const CALL: &str = r#"{"action":"get_login_info","echo":1}"#;
const WRONG: &str = r#"{"status":"ok","retcode":0,"data":{"user_id":10001},"echo":1}"#;

/// Compresses messages that refer to each other, as an extension does.
struct Sender(CompressorOxide);

impl Sender {
    fn new() -> Self {
        Self(CompressorOxide::new(create_comp_flags_from_zip_params(6, -15, 0)))
    }

    fn frame(&mut self, text: &str, mask: Option<[u8; 4]>) -> Vec<u8> {
        let mut bytes = vec![0; 1_000];
        let done = deflate(&mut self.0, text.as_bytes(), &mut bytes, MZFlush::Sync);
        let message = bytes[..done.bytes_written].strip_suffix(&[0, 0, 0xff, 0xff]).expect("the end of a message");
        frame(0xC1, message, mask)
    }
}

fn answered(encoding: &str, body: &[u8]) -> Left {
    let call = "POST /get_login_info HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n", body.len());
    let steps = [(Client, call.as_bytes().to_vec()), (Server, [head.as_bytes(), body].concat())];
    left_of(|_| {}, "onebot11", Transport::Http, &steps)
}

#[test]
fn bodies_are_judged_as_what_they_hold() {
    let packed = |text: &str| {
        [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &compress_to_vec(text.as_bytes(), 6), &[0; 8]].concat()
    };
    let left = answered("gzip", &packed(WRONG));
    assert!(summary(left.check("onebot11/action/get_login_info/result @http")).contains("/data/nickname"));
    let right = WRONG.replace("10001", r#"10001,"nickname":"N""#);
    let left = answered("gzip", &packed(&right));
    left.passes("onebot11/action/get_login_info/result @http");
    for (encoding, body) in [("br", &[1, 2, 3][..]), ("gzip", b"{}")] {
        let left = answered(encoding, body);
        assert_eq!(left.bad(), Vec::<String>::new(), "{encoding}");
        assert!(left.notes().iter().any(|note| note.contains(encoding)), "{:?}", left.notes());
    }
}

#[test]
fn messages_are_judged_as_what_they_hold() {
    let agreed = SWITCHED.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    let (mut bot, mut implementation) = (Sender::new(), Sender::new());
    let mask = Some([1, 2, 3, 4]);
    let mut steps = vec![(Client, UPGRADE.as_bytes().to_vec()), (Server, agreed.into_bytes())];
    for _ in 0..3 {
        // The second of them refers to the first; what is short is often not compressed at all.
        steps.extend([(Client, bot.frame(CALL, mask)), (Server, implementation.frame(WRONG, None))]);
        steps.extend([(Client, frame(0x81, CALL.as_bytes(), mask)), (Server, implementation.frame(WRONG, None))]);
    }
    let left = left_of(|_| {}, "onebot11", Transport::Ws, &steps);
    let result = summary(left.check("onebot11/action/get_login_info/result @ws"));
    assert!(result.contains("/data/nickname") && result.contains("6 times in 6"), "{result}");
    left.passes("onebot11/traffic/echo @ws");
    assert_eq!(left.notes(), Vec::<&str>::new());
}

/// Of messages that nobody can read, none is missed.
#[test]
fn what_an_unknown_extension_changed_is_nothing_wrong() {
    let agreed = SWITCHED.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: x-made-up\r\n\r\n");
    let steps = [
        (Client, UPGRADE.as_bytes().to_vec()),
        (Server, agreed.into_bytes()),
        (Client, frame(0xC1, b"\x01\x02", Some([1, 2, 3, 4]))),
        (Server, frame(0x81, WRONG.as_bytes(), None)),
    ];
    let left = left_of(|_| {}, "onebot11", Transport::Ws, &steps);
    assert_eq!(left.bad(), Vec::<String>::new());
    assert!(left.notes().iter().any(|note| note.contains("`x-made-up`")), "{:?}", left.notes());
}
