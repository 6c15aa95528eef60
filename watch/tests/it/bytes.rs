//! What passes is the same to the byte, and comes out of the other end at once.

use botspec_reports::record::Transport;
use botspec_schema::Catalog;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{Exchanged, Left, Side, address, talk, watch};
use Side::{Client, Server};

/// A frame of a WebSocket; a client masks it.
pub(crate) fn frame(first: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(masked | u8::try_from(length).expect("it is short")),
        length @ 126..=0xffff => {
            frame.push(masked | 0x7E);
            frame.extend(u16::try_from(length).expect("it is short").to_be_bytes());
        }
        length => {
            frame.push(masked | 0x7F);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    match mask {
        None => frame.extend(payload),
        Some(mask) => {
            frame.extend(mask);
            frame.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
        }
    }
    frame
}

const MASK: Option<[u8; 4]> = Some([7, 11, 13, 17]);

/// A handshake with headers in an order, a spelling and a repetition of its own.
pub(crate) const UPGRADE: &str = "GET /?access_token=made-up HTTP/1.1\r\nX-b: 2\r\nhOST:  somewhere:1\r\nX-a: 1\r\nX-b: 3\r\n\
    Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
pub(crate) const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n";

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// Talks with and without a watch between, compares, and gives what the watch left.
#[track_caller]
fn same(dialect: &str, transport: Transport, steps: &[(Side, Vec<u8>)]) -> Left {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = listener.local_addr().expect("an address");
        let watched = watch(dialect, folder.path(), &[(transport, upstream)]).await;
        let through = talk(Some(address(&watched)), &listener, steps).await;
        let direct = talk(None, &listener, steps).await;
        let sent = |side: Side| {
            let of_side = steps.iter().filter(|(from, _)| *from == side);
            of_side.flat_map(|(_, bytes)| bytes.iter().copied()).collect::<Vec<u8>>()
        };
        let wanted = Exchanged { by_server: sent(Client), by_client: sent(Server) };
        assert!(direct == wanted, "the test itself");
        assert!(through == wanted, "other bytes came out");
        Left::of(watched, folder.path()).await
    })
}

#[test]
fn requests_and_answers_are_not_touched() {
    let steps = [
        (
            Client,
            text(
                "POST /get_status HTTP/1.1\r\nb: 2\r\nA: 1\r\nb: 3\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n",
            ),
        ),
        (Client, text("1\r\n}\r\n0\r\nTrailer: t\r\n\r\n")),
        (Server, text("HTTP/1.1 100 Continue\r\n\r\n")),
        (Server, text("HTTP/1.1 200 OK\r\nSet-Cookie: a\r\ncontent-length: 78\r\nset-cookie: b\r\n\r\n")),
        (Server, text(r#"{"status":"ok","retcode":0,"data":{"online":true,"good":"no"},"message":"aa"}"#)),
        (Server, text("\n")),
        // Two at once, and the answers in one piece.
        (Client, text("HEAD / HTTP/1.1\r\n\r\nGET /get_login_info?x=1 HTTP/1.1\r\n\r\n")),
        (
            Server,
            text("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"until\": \"the end\"}"),
        ),
    ];
    let left = same("onebot11", Transport::Http, &steps);
    assert!(left.check("onebot11/action/get_status/result @http").verdict.is_bad(), "{:?}", left.bad());
    assert!(left.bad().iter().any(|bad| bad.contains("get_login_info/envelope")), "{:?}", left.bad());
}

#[test]
fn frames_are_not_touched() {
    let (half, rest) = ("{\"action\":\"get_st", "atus\",\"echo\":1}");
    let steps = [
        (Client, text(UPGRADE)),
        (Server, [text(SWITCHED), frame(0x89, b"ping", None)].concat()),
        (Client, [frame(0x8a, b"ping", MASK), frame(0x01, half.as_bytes(), MASK)].concat()),
        (Client, frame(0x89, b"", MASK)),
        (Client, [frame(0x00, b"", MASK), frame(0x80, rest.as_bytes(), MASK)].concat()),
        (Server, frame(0x8a, b"", None)),
        (Server, frame(0x82, &[0xff, 0, 1], None)),
        (Server, frame(0x81, br#"{"status":"ok","retcode":0,"data":{"online":true,"good":7},"echo":1}"#, None)),
        (Client, frame(0x88, b"\x0f\xa0going away", MASK)),
        (Server, frame(0x88, b"\x0f\xa0going away", None)),
    ];
    let left = same("onebot11", Transport::Ws, &steps);
    assert!(left.check("onebot11/action/get_status/result @ws").verdict.is_bad(), "{:?}", left.bad());
    assert!(left.check("onebot11/delivery/frames @ws").verdict.is_bad(), "{:?}", left.bad());
    left.passes("onebot11/traffic/echo @ws");
}

#[test]
fn long_frames_are_not_touched() {
    let long = vec![b'x'; 10 << 20];
    let steps = [
        (Client, text(UPGRADE)),
        (Server, text(SWITCHED)),
        (Client, frame(0x82, &long, MASK)),
        (Server, frame(0x81, &long, None)),
        (Server, [frame(0x01, &long, None), frame(0x80, &long, None)].concat()),
    ];
    let left = same("onebot11", Transport::Ws, &steps);
    assert!(left.check("onebot11/delivery/frames @ws").verdict.is_bad(), "{:?}", left.bad());
    assert!(left.notes().iter().any(|note| note.contains("not judged")), "{:?}", left.notes());
}

#[test]
fn refused_handshakes_are_not_touched() {
    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX: y\r\n\r\nnope";
    let left = same("onebot11", Transport::Ws, &[(Client, text(UPGRADE)), (Server, text(refusal))]);
    assert!(left.notes().iter().any(|note| note.contains("refused with status 403")), "{:?}", left.notes());
    assert_eq!(left.bad(), Vec::<String>::new());
}

#[test]
fn what_is_not_spoken_here_passes_all_the_same() {
    for (bytes, noted) in
        [(&b"\x16\x03\x01\x02\x00\x01\x00\x01"[..], "TLS"), (b"SSH-2.0-x\r\n\r\n", "no HTTP"), (&[0; 3000], "no HTTP")]
    {
        let steps = [(Client, bytes.to_vec()), (Server, bytes.to_vec()), (Client, bytes.to_vec())];
        let left = same("milky", Transport::Http, &steps);
        assert!(left.notes().iter().any(|note| note.contains(noted)), "{:?}", left.notes());
    }
    let steps =
        [(Client, text(UPGRADE)), (Server, text(SWITCHED)), (Server, vec![0x83, 0x01, 0xff]), (Client, vec![1, 2, 3])];
    let left = same("onebot11", Transport::Ws, &steps);
    assert!(left.check("onebot11/traffic/protocol @ws").verdict.is_bad());
}

/// Every example of every contract of every dialect, both ways, cut anywhere.
#[test]
fn every_frame_of_every_dialect_is_not_touched() {
    for dialect in Catalog::builtin().dialects() {
        let events = dialect.events.values().flat_map(|event| event.examples.clone());
        let calls = dialect.actions.values().flat_map(|action| {
            action.examples.iter().map(|example| json!({ "action": action.name, "params": example.params, "echo": 1 }))
        });
        let answers = dialect.actions.values().flat_map(|action| {
            action
                .examples
                .iter()
                .map(|example| json!({ "status": "ok", "retcode": 0, "data": example.result, "echo": 1 }))
        });
        let bytes = |frames: &mut dyn Iterator<Item = Value>, mask| {
            frames.flat_map(|it| frame(0x81, it.to_string().as_bytes(), mask)).collect::<Vec<u8>>()
        };
        let (called, answered) = (bytes(&mut { calls }, MASK), bytes(&mut { answers }, None));
        let reported = bytes(&mut { events }, None);
        let mut steps = vec![(Client, text(UPGRADE)), (Server, text(SWITCHED))];
        steps.extend(called.chunks(977).map(|part| (Client, part.to_vec())));
        steps.extend(answered.chunks(1_009).map(|part| (Server, part.to_vec())));
        steps.extend(reported.chunks(1_499).map(|part| (Server, part.to_vec())));
        let left = same(dialect.name(), Transport::Ws, &steps);
        let about_events = format!("{}/event/", dialect.name());
        // Examples of different contracts are not of the same moment.
        let wrong: Vec<String> =
            left.bad().into_iter().filter(|bad| bad.starts_with(&about_events) && !bad.contains(", as in ")).collect();
        assert_eq!(wrong, Vec::<String>::new(), "the contracts' own examples");
    }
}

#[tokio::test]
async fn an_upstream_that_is_down_resets_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    drop(listener);
    let folder = tempfile::tempdir().expect("a folder");
    let watched = watch("onebot11", folder.path(), &[(Transport::Ws, upstream)]).await;
    for _ in 0..20 {
        let mut client = TcpStream::connect(address(&watched)).await.expect("it listens");
        let _ = client.write_all(UPGRADE.as_bytes()).await;
        assert!(client.read_to_end(&mut Vec::new()).await.is_err(), "no answer is made up");
    }
    let left = Left::of(watched, folder.path()).await;
    let noted: Vec<&str> = left.notes().into_iter().filter(|note| note.contains("cannot connect to")).collect();
    assert_eq!(noted.len(), 1, "{noted:?}");
}

/// A side that is gone is gone for the other one too.
#[tokio::test]
async fn a_reset_is_passed_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = listener.local_addr().expect("an address");
    let watched = watch("onebot11", folder.path(), &[(Transport::Ws, upstream)]).await;
    for ends in [Client, Server] {
        let (client, server) = tokio::join!(TcpStream::connect(address(&watched)), listener.accept());
        let (client, (server, _)) = (client.expect("a connection"), server.expect("a connection"));
        let (ending, mut other) = if ends == Client { (client, server) } else { (server, client) };
        ending.set_zero_linger().expect("a reset");
        drop(ending);
        assert!(other.read(&mut [0; 8]).await.is_err(), "{ends:?}");
    }
    Left::of(watched, folder.path()).await;
}
