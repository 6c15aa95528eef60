//! Streams of events that never were any.

use botspec_conformance::{Adapter, Target};
use botspec_reference::{Control, SharedWorld};
use botspec_reports::record::Verdict;
use botspec_schema::model::Effect;
use tokio::io::AsyncWriteExt;

use super::{Hostile, checked, deep, limits, request};

/// A dialect with streams.
const DIALECT: &str = "napcat";

const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/// Answers every request with a beginning, and then with the same bytes for ever, or with nothing more. What happens in
/// the world is told by nobody.
async fn answering(head: &'static str, again: Vec<u8>) -> Hostile {
    Hostile::start(move |mut stream| {
        let again = again.clone();
        async move {
            request(&mut stream).await?;
            stream.write_all(head.as_bytes()).await?;
            while !again.is_empty() {
                stream.write_all(&again).await?;
                tokio::task::yield_now().await;
            }
            std::future::pending().await
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_seen_through() {
    let deep = [b"data: ".to_vec(), deep(), b"\n\n".to_vec()].concat();
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let cases: [(&str, &str, Vec<u8>, &str); 11] = [
        ("a redirect", elsewhere, Vec::new(), "302"),
        ("carriage returns alone", STREAM, b"data: {}\r\r".to_vec(), "carriage return alone"),
        ("an endless line", STREAM, vec![b'x'; 4096], "a line or an event of more than 262144 bytes"),
        ("an endless comment", STREAM, b": still here ".repeat(300), "a line or an event of more than 262144 bytes"),
        (
            "an endless event",
            STREAM,
            b"data: more and more\n".repeat(200),
            "a line or an event of more than 262144 bytes",
        ),
        ("no text", STREAM, b"data: \xff\xfe\n\n".to_vec(), "not UTF-8"),
        ("deep JSON", STREAM, deep, "deeper than"),
        ("no JSON", STREAM, b"data: hello\n\n".to_vec(), "text that is not JSON"),
        ("nothing at all", "", Vec::new(), "no whole answer within"),
        ("endless headers", "HTTP/1.1 200 OK\r\n", b"X-More: more\r\n".repeat(100), "not the protocol"),
        (
            "pieces that are none",
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Vec::new(),
            "not the protocol",
        ),
    ];
    for (name, head, again, received) in cases {
        let hostile = answering(head, again).await;
        let world = SharedWorld::seeded(1);
        let control = Control::start(([127, 0, 0, 1], 0).into(), &world).await.expect("a control url");
        let mut target = Target::new("hostile", DIALECT);
        target.sse = Some(Adapter::new(format!("http://{}", hostile.addr), None));
        target.control = Some(Adapter::new(format!("http://{}", control.addr()), None));
        target.disposable = true;
        target.limits = limits();
        target.allow.extend([Effect::Send, Effect::Write]);
        let ran = checked(target, &["*/transport/sse/*"]).await;
        let errors = ran.lines(|verdict| verdict == Verdict::Error);
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
        let lines = ran.lines(|verdict| verdict != Verdict::Pass);
        assert!(
            lines.iter().any(|line| line.contains(received)),
            "{name}: `{received}` is told nowhere:\n{}",
            lines.join("\n")
        );
    }
}
