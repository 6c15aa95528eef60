//! Targets that do everything wrong that a socket allows. Each gives verdicts with what was seen: never a panic, a hang or
//! a lost record.

use std::sync::Arc;
use std::time::Duration;

use botspec_conformance::{Adapter, Limits, RunConfig, Target};
use botspec_reports::record::Verdict;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::harness::{Ran, ran, recorded};

mod listeners;
mod streams;

/// A server that treats every connection in the same way, until it is dropped.
struct Hostile {
    addr: std::net::SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Hostile {
    async fn start<F, Fut>(treat: F) -> Self
    where
        F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        Self::at(TcpListener::bind("127.0.0.1:0").await.expect("a free port"), treat)
    }

    fn at<F, Fut>(listener: TcpListener, treat: F) -> Self
    where
        F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let addr = listener.local_addr().expect("an address");
        let treat = Arc::new(treat);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(treat(stream));
            }
        });
        Self { addr, task }
    }

    fn target(&self, scheme: &str) -> Target {
        let mut target = Target::new("hostile", "onebot11");
        let adapter = Some(Adapter::new(format!("{scheme}://{}", self.addr), None));
        if scheme == "http" {
            target.http = adapter;
        } else {
            target.ws = adapter;
        }
        target.limits = limits();
        target
    }

    /// What comes of a few checks of each kind. The record that is written on the way holds all of it.
    async fn checked(&self, scheme: &str) -> Ran {
        let selected =
            ["*/action/get_login_info/*", "*/transport/*", "*/echo/string", "*/delivery/lifecycle*", "*/event/meta*"];
        checked(self.target(scheme), &selected).await
    }

    /// Nothing passes that talks to the target, and the findings say what was seen.
    async fn is_seen_through(&self, scheme: &str, received: &str) {
        let ran = self.checked(scheme).await;
        assert!(!ran.checks.is_empty());
        let errors = ran.lines(|verdict| verdict == Verdict::Error);
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        let passed = ran.lines(|verdict| verdict == Verdict::Pass);
        assert!(passed.is_empty(), "nothing can pass here:\n{}", passed.join("\n"));
        assert_eq!(ran.result.exit_code().code(), 1);
        let lines = ran.lines(|_| true);
        assert!(
            lines.iter().any(|line| line.contains(received)),
            "`{received}` is told nowhere:\n{}",
            lines.join("\n")
        );
    }
}

/// Limits that are soon reached.
fn limits() -> Limits {
    let soon = Duration::from_millis(250);
    Limits {
        timeout: soon,
        event_timeout: soon,
        connect_timeout: soon * 2,
        max_body: 256 << 10,
        max_frame: 256 << 10,
        max_fragments: 4_000,
        ..Limits::fast()
    }
}

/// What comes of some checks of a target. The record that is written on the way holds all of it.
async fn checked(target: Target, selected: &[&str]) -> Ran {
    let mut config = RunConfig::new(target);
    config.selection.select = selected.iter().map(|pattern| (*pattern).to_owned()).collect();
    let (ran, record) = recorded(config).await;
    if ran.checks.is_empty() {
        assert!(ran.result.exit_code().code() == 3 && !ran.notes.is_empty(), "who does not come is told of");
        return ran;
    }
    let run = botspec_reports::record::read(&record[..]).expect("the record can be read");
    assert!(run.is_complete(), "the run came to its end");
    assert_eq!(run.checks.len(), ran.checks.len(), "no check is lost");
    ran
}

/// Reads the head of a request.
async fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 64 << 10 {
        if stream.read(&mut byte).await? == 0 {
            break;
        }
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// Answers a request with a body.
async fn answer(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    request(stream).await?;
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}

fn deep() -> Vec<u8> {
    [vec![b'['; 10_000], vec![b']'; 10_000]].concat()
}

#[tokio::test]
async fn html() {
    let hostile =
        Hostile::start(async |mut stream| answer(&mut stream, b"<!DOCTYPE html><title>It works</title>").await).await;
    hostile.is_seen_through("http", "an HTML page").await;
}

#[tokio::test]
async fn an_endless_body() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
        // In large pieces, so that too much comes in time on a busy machine too.
        let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 0x1_0000], b"\r\n"].concat();
        loop {
            stream.write_all(&chunk).await?;
        }
    })
    .await;
    hostile.is_seen_through("http", "more than 262144 bytes").await;
}

#[tokio::test]
async fn a_body_byte_by_byte() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
        loop {
            stream.write_all(b"1\r\n{\r\n").await?;
            tokio::task::yield_now().await;
        }
    })
    .await;
    hostile.is_seen_through("http", "no whole answer within").await;
}

#[tokio::test]
async fn invalid_utf8() {
    let hostile = Hostile::start(async |mut stream| answer(&mut stream, b"{\"status\":\"\xff\xfe\"}").await).await;
    hostile.is_seen_through("http", "not UTF-8").await;
}

#[tokio::test]
async fn json_nested_ten_thousand_deep() {
    let hostile = Hostile::start(async |mut stream| answer(&mut stream, &deep()).await).await;
    hostile.is_seen_through("http", "deeper than").await;
}

#[tokio::test]
async fn nothing_at_all() {
    let hostile = Hostile::start(async |mut stream| {
        loop {
            request(&mut stream).await?;
        }
    })
    .await;
    // After a few calls without any answer the rest are not waited for.
    hostile.is_seen_through("http", "no whole answer within").await;
    hostile.is_seen_through("ws", "stopped answering").await;
}

#[tokio::test]
async fn half_an_answer_and_then_nothing() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":").await?;
        std::future::pending().await
    })
    .await;
    hostile.is_seen_through("http", "(10 bytes had come)").await;
}

#[tokio::test]
async fn a_close_in_the_middle_of_a_body() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":").await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("http", "the connection was closed").await;
}

#[tokio::test]
async fn a_wrong_content_length() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: -5\r\n\r\n{}").await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("http", "not the protocol").await;
}

#[tokio::test]
async fn ten_thousand_header_lines() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
        for number in 0..10_000 {
            stream.write_all(format!("X-Line-{number}: {number}\r\n").as_bytes()).await?;
        }
        stream.write_all(b"Content-Length: 2\r\n\r\n{}").await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("http", "not the protocol").await;
}

#[tokio::test]
async fn a_redirect_loop_is_not_followed() {
    let hostile = Hostile::start(async |mut stream| {
        let head = request(&mut stream).await?;
        let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let answer =
            format!("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {path}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("http", "302").await;
}

#[tokio::test]
async fn a_handshake_that_is_sent_elsewhere_is_not_followed() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n").await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("ws", "302").await;
}

#[tokio::test]
async fn a_thousand_header_lines_of_a_handshake() {
    let hostile = Hostile::start(async |mut stream| {
        request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n").await?;
        stream.write_all("X-Nothing: 1\r\n".repeat(1_000).as_bytes()).await?;
        stream.write_all(b"\r\n").await?;
        std::future::pending().await
    })
    .await;
    hostile.is_seen_through("ws", "could not be opened").await;
}

#[tokio::test]
async fn no_http_at_all() {
    let hostile = Hostile::start(async |mut stream| {
        stream.write_all(b"220 mail.example.com ESMTP ready\r\n").await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("http", "not the protocol").await;
    hostile.is_seen_through("ws", "could not be opened").await;
}

/// Does the handshake of a WebSocket and hands the stream over.
async fn handshake(stream: TcpStream) -> std::io::Result<TcpStream> {
    let socket = tokio_tungstenite::accept_async(stream).await.map_err(std::io::Error::other)?;
    Ok(socket.into_inner())
}

/// A frame as a server sends it. The payload is shorter than 126 bytes.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short payload");
    [&[first, length], payload].concat()
}

const TEXT: u8 = 0x81;
const FIRST: u8 = 0x01;
const MORE: u8 = 0x00;
const PING: u8 = 0x89;

#[tokio::test]
async fn a_socket_that_says_nothing() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        let mut buffer = [0; 1024];
        while stream.read(&mut buffer).await? > 0 {}
        Ok(())
    })
    .await;
    hostile.is_seen_through("ws", "no whole answer within").await;
}

#[tokio::test]
async fn a_socket_that_does_not_read() {
    // Its buffer holds next to nothing.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let hostile = Hostile::at(socket.listen(64).expect("it listens"), async |stream| {
        let stream = handshake(stream).await?;
        std::future::pending::<()>().await;
        drop(stream);
        Ok(())
    });
    let mut target = hostile.target("ws");
    target.limits.max_frame = 16 << 20;
    let ran = checked(target, &["*/transport/ws/big-frame", "*/transport/ws/fragments"]).await;
    let lines = ran.lines(|_| true);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| !line.starts_with("pass") && line.contains("no whole answer within")), "{lines:?}");
}

#[tokio::test]
async fn a_frame_beyond_everything() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        stream.write_all(&[&[TEXT, 127][..], &(1_u64 << 40).to_be_bytes()].concat()).await?;
        loop {
            stream.write_all(&[b'x'; 4096]).await?;
        }
    })
    .await;
    hostile.is_seen_through("ws", "more than 262144 bytes").await;
}

#[tokio::test]
async fn a_message_of_frames_without_an_end() {
    for piece in [&b""[..], b" "] {
        let hostile = Hostile::start(move |stream| async move {
            let mut stream = handshake(stream).await?;
            stream.write_all(&frame(FIRST, b"{")).await?;
            // Signs of life are no part of the message.
            let more = [frame(MORE, piece).repeat(100), frame(PING, b"")].concat();
            loop {
                stream.write_all(&more).await?;
            }
        })
        .await;
        hostile.is_seen_through("ws", "a message in more than 4000 frames").await;
    }
}

#[tokio::test]
async fn a_close_in_the_middle_of_a_frame() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        stream.write_all(&[TEXT, 100, b'{']).await?;
        stream.shutdown().await
    })
    .await;
    hostile.is_seen_through("ws", "the connection was closed").await;
}

#[tokio::test]
async fn frames_that_are_not_utf8() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        stream.write_all(&frame(TEXT, b"{\"a\":\"\xff\"}")).await?;
        std::future::pending().await
    })
    .await;
    hostile.is_seen_through("ws", "not UTF-8").await;
}

#[tokio::test]
async fn frames_that_are_no_json() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        loop {
            stream.write_all(&frame(TEXT, b"<html>busy</html>")).await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    hostile.is_seen_through("ws", "HTML page").await;
}

#[tokio::test]
async fn a_deep_frame() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        let deep = deep();
        let length = u16::try_from(deep.len()).expect("fits").to_be_bytes();
        stream.write_all(&[&[TEXT, 126][..], &length, &deep].concat()).await?;
        std::future::pending().await
    })
    .await;
    hostile.is_seen_through("ws", "deeper than").await;
}

#[tokio::test]
async fn a_flood_of_events_that_nobody_knows() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        let event = frame(TEXT, b"{\"post_type\":\"flood\"}");
        let many = event.repeat(100);
        loop {
            stream.write_all(&many).await?;
        }
    })
    .await;
    let ran = hostile.checked("ws").await;
    let passed: Vec<_> = ran.lines(|verdict| verdict == Verdict::Pass);
    // Frames that are JSON text are all that such a target gets right.
    assert!(
        passed.iter().all(|line| ["json-frames", "no-enable", "no-answers"].iter().any(|it| line.contains(it))),
        "{passed:?}"
    );
}

#[tokio::test]
async fn an_answer_to_every_call_of_another() {
    let hostile = Hostile::start(async |stream| {
        let mut stream = handshake(stream).await?;
        let answer = frame(TEXT, b"{\"status\":\"ok\",\"retcode\":0,\"data\":{},\"echo\":\"yours?\"}");
        let mut buffer = [0; 1024];
        while stream.read(&mut buffer).await? > 0 {
            stream.write_all(&answer).await?;
        }
        Ok(())
    })
    .await;
    let ran = hostile.checked("ws").await;
    assert!(ran.bad().contains(&"onebot11/echo/string"), "{:?}", ran.bad());
    assert!(ran.bad().contains(&"onebot11/action/get_login_info/envelope"), "{:?}", ran.bad());
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    drop(listener);
    let mut target = Target::new("gone", "onebot11");
    target.http = Some(Adapter::new(format!("http://{addr}"), None));
    target.ws = Some(Adapter::new(format!("ws://{addr}"), None));
    let ran = ran(RunConfig::new(target)).await;
    assert_eq!(ran.result.exit_code().code(), 3);
    assert!(ran.checks.is_empty());
    assert!(ran.notes.iter().all(|note| note.contains(&addr.to_string())), "{:?}", ran.notes);
    assert_eq!(ran.notes.len(), 2, "one clear line for each address: {:?}", ran.notes);
}
