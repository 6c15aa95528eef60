//! What comes to the addresses at which botspec waits for its target, and is not what should come there.

use std::net::SocketAddr;

use botspec_conformance::{Adapter, Embedded, EmbeddedConfig, Listen, Target};
use botspec_reference::{Control, SharedWorld};
use botspec_reports::record::Verdict;
use botspec_schema::model::Effect;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::{checked, deep, limits, request};
use crate::harness::{Ran, ran_on};

const DIALECT: &str = "onebot11";

const HANDSHAKE: &str = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-Client-Role: Universal\r\n\r\n";

/// The bytes of a handshake, and of frames behind it.
fn after_handshake(frames: &[u8]) -> Vec<u8> {
    [HANDSHAKE.as_bytes(), frames].concat()
}

/// A text frame as a client sends it, with a mask that changes nothing.
fn text(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("fits").to_be_bytes();
    [&[0x81, 0xFE][..], &length, &[0; 4], payload].concat()
}

fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes(), body].concat()
}

/// Connects and sends some bytes, then other ones again and again; at the end of the connection all of it anew.
fn attack(addr: SocketAddr, first: Vec<u8>, again: Vec<u8>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            // Whatever becomes of it, the next attempt follows.
            let _: std::io::Result<()> = async {
                let mut stream = TcpStream::connect(addr).await?;
                // What follows a handshake comes after its answer.
                let (head, rest) = match first.strip_prefix(HANDSHAKE.as_bytes()) {
                    Some(rest) => (HANDSHAKE.as_bytes(), rest),
                    None => (&first[..], &[][..]),
                };
                stream.write_all(head).await?;
                if head == HANDSHAKE.as_bytes() {
                    request(&mut stream).await?;
                }
                stream.write_all(rest).await?;
                let (mut reading, mut writing) = stream.split();
                let writing = async {
                    while !again.is_empty() {
                        writing.write_all(&again).await?;
                        tokio::task::yield_now().await;
                    }
                    std::future::pending::<std::io::Result<()>>().await
                };
                let reading = async {
                    let mut buffer = [0; 1024];
                    while reading.read(&mut buffer).await? > 0 {}
                    Ok(())
                };
                tokio::select! {
                    ended = writing => ended,
                    ended = reading => ended,
                }
            }
            .await;
            tokio::task::yield_now().await;
        }
    })
}

/// A target that is nobody but who attacks.
async fn attacked(webhook: bool, first: Vec<u8>, again: Vec<u8>, selected: &[&str]) -> Ran {
    let world = SharedWorld::seeded(1);
    let control = Control::start(([127, 0, 0, 1], 0).into(), &world).await.expect("a control url");
    let mut target = Target::new("hostile", DIALECT);
    let listen = Listen::on_loopback(None).expect("a free port");
    let attacking = attack(listen.addr, first, again);
    let door = if webhook { &mut target.webhook } else { &mut target.reverse_ws };
    *door = Some(listen);
    target.control = Some(Adapter::new(format!("http://{}", control.addr()), None));
    target.disposable = true;
    target.limits = limits();
    // What is cut off for its length in time has been seen before the wait for an event ends.
    target.limits.event_timeout *= 4;
    target.allow.extend([Effect::Send, Effect::Write]);
    let ran = checked(target, selected).await;
    attacking.abort();
    ran
}

fn is_seen_through(name: &str, ran: &Ran, received: &str) {
    let errors = ran.lines(|verdict| verdict == Verdict::Error);
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    let mut lines = ran.lines(|verdict| verdict != Verdict::Pass);
    lines.extend(ran.notes.iter().cloned());
    assert!(
        lines.iter().any(|line| line.contains(received)),
        "{name}: `{received}` is told nowhere:\n{}",
        lines.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_that_are_none_are_seen_through() {
    let json = "Content-Type: application/json\r\n";
    let length = |length: usize| format!("{json}Content-Length: {length}\r\n");
    let chunked = format!("{json}Transfer-Encoding: chunked\r\n");
    let whole = |body: &[u8]| post(&length(body.len()), body);
    let many = format!("{}{}", "X-Nothing: 1\r\n".repeat(1_000), length(2));
    let cases: [(&str, Vec<u8>, Vec<u8>, &str); 11] = [
        ("a length that is never reached", post(&length(100), b"{"), Vec::new(), "(1 bytes had come)"),
        (
            "a length beyond everything",
            post(&length(usize::MAX / 4), b"{"),
            b"x".repeat(4096),
            "more than 262144 bytes",
        ),
        ("a length below nothing", post("Content-Length: -5\r\n", b"{}"), Vec::new(), "not the protocol"),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", b"{}"), Vec::new(), "not the protocol"),
        ("pieces without an end", post(&chunked, b""), b"1\r\n \r\n".to_vec(), "bytes"),
        ("a thousand header lines", post(&many, b"{}"), Vec::new(), "not the protocol"),
        ("endless headers", b"POST / HTTP/1.1\r\n".to_vec(), b"X-More: more\r\n".repeat(100), "not the protocol"),
        ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".to_vec(), Vec::new(), "not the protocol"),
        ("no text", whole(b"{\"a\":\"\xff\"}"), whole(b"{\"a\":\"\xff\"}"), "not UTF-8"),
        ("deep JSON", whole(&deep()), whole(&deep()), "deeper than"),
        ("no JSON", whole(b"hello"), whole(b"hello"), "text that is not JSON"),
    ];
    for (name, first, again, received) in cases {
        let ran = Box::pin(attacked(true, first, again, &["*/transport/webhook/post-json"])).await;
        is_seen_through(name, &ran, received);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_none_are_seen_through() {
    let huge = [&[0x81, 0xFF][..], &(1_u64 << 40).to_be_bytes(), &[0; 4]].concat();
    let many = HANDSHAKE.replacen("\r\n", &format!("\r\n{}", "X-Nothing: 1\r\n".repeat(1_000)), 1);
    let cases: [(&str, Vec<u8>, Vec<u8>, &str); 11] = [
        ("nothing", Vec::new(), Vec::new(), "not complete within 250 ms"),
        ("a thousand header lines", many.into(), Vec::new(), "handshake failed"),
        ("half a handshake", HANDSHAKE.as_bytes()[..60].to_vec(), Vec::new(), "not complete within 250 ms"),
        ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".to_vec(), Vec::new(), "handshake failed"),
        ("endless headers", b"GET / HTTP/1.1\r\n".to_vec(), b"X-More: more\r\n".repeat(100), "handshake failed"),
        ("nothing behind the handshake", after_handshake(b""), Vec::new(), "no whole answer within"),
        ("no text", after_handshake(&text(b"\xff\xfe")), Vec::new(), "not UTF-8"),
        ("a frame beyond everything", after_handshake(&huge), b"x".repeat(4096), "more than 262144 bytes"),
        (
            "a message without an end",
            after_handshake(&[0x01, 0x81, 0, 0, 0, 0, b'{']),
            [0x00, 0x80, 0, 0, 0, 0].repeat(100),
            "a message in more than 4000 frames",
        ),
        ("deep JSON", after_handshake(b""), text(&deep()), "deeper than"),
        ("frames without a mask", after_handshake(&[0x81, 2, b'{', b'}']), Vec::new(), "not the protocol"),
    ];
    for (name, first, again, received) in cases {
        let ran =
            Box::pin(attacked(false, first, again, &["*/transport/reverse-ws/*", "*/action/get_login_info/*"])).await;
        is_seen_through(name, &ran, received);
    }
}

/// The verdicts of the checks of both listeners.
async fn verdicts(target: &Target) -> Vec<String> {
    let ran = ran_on(target, &["*/transport/reverse-ws/*", "*/transport/webhook/*", "*/delivery/same"]).await;
    let mut verdicts: Vec<String> =
        ran.checks.iter().map(|check| format!("{} {}", check.verdict, check.label())).collect();
    verdicts.sort_unstable();
    verdicts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_beside_the_target_disturbs_nothing() {
    let calm = Embedded::start(EmbeddedConfig::new(DIALECT)).await.expect("the reference starts");
    let wanted = verdicts(calm.target()).await;
    calm.shutdown().await;
    assert!(wanted.iter().any(|line| line.starts_with("pass")), "{wanted:?}");
    let embedded = Embedded::start(EmbeddedConfig::new(DIALECT)).await.expect("the reference starts");
    let doors = [embedded.target().reverse_ws.as_ref(), embedded.target().webhook.as_ref()];
    let mut attacking = Vec::new();
    for addr in doors.into_iter().flatten().map(|listen| listen.addr) {
        for first in [&b""[..], b"GET / HT", b"\x16\x03\x01\x02", b"POST / HTTP/1.1\r\nContent-Le"] {
            // More together than connections are kept.
            attacking.extend((0..20).map(|_| attack(addr, first.to_vec(), Vec::new())));
        }
    }
    let found = verdicts(embedded.target()).await;
    attacking.iter().for_each(JoinHandle::abort);
    embedded.shutdown().await;
    assert_eq!(found, wanted);
}
