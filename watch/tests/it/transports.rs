//! What is special about each transport: posts with their signatures and quick operations, streams of events, connections
//! that the implementation opens, many connections at once.

use botspec_reports::record::{Transport, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::bytes::{SWITCHED, UPGRADE, frame};
use crate::harness::{Left, Side, address, left_of, summary, talk, watch};
use Side::{Client, Server};

const EVENT: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"message","message_type":"private","sub_type":"friend","message_id":5,"user_id":20002,"message":[{"type":"text","data":{"text":"hi"}}],"raw_message":"hi","font":0,"sender":{"user_id":20002,"nickname":"Lin","sex":"unknown","age":0}}"#;

/// HMAC with SHA-1 of the event above, keyed with `made-up`.
const SIGNED: &str = "3118b8f62ca17375b7286ea4788d3fed4b627106";

fn post(signature: &str, answer: &str) -> Vec<(Side, Vec<u8>)> {
    let head = format!(
        "POST / HTTP/1.1\r\nX-Self-ID: 10001\r\nX-Signature: sha1={signature}\r\nContent-Length: {}\r\n\r\n",
        EVENT.len()
    );
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
    vec![(Client, [head.as_bytes(), EVENT.as_bytes()].concat()), (Server, answer.into_bytes())]
}

fn webhook(steps: &[(Side, Vec<u8>)], secret: Option<&str>) -> Left {
    left_of(|set| set.webhook_secret = secret.map(str::to_owned), "onebot11", Transport::Webhook, steps)
}

#[test]
fn posts_are_judged_with_their_signatures() {
    let left = webhook(&post(SIGNED, "{}"), Some("made-up"));
    assert_eq!(left.bad(), Vec::<String>::new());
    left.passes("onebot11/traffic/signature @webhook");
    left.passes("onebot11/event/message.private/shape @webhook");
    let left = webhook(&post("00", "{}"), Some("made-up"));
    assert_eq!(left.check("onebot11/traffic/signature @webhook").verdict, Verdict::Fail);
    let left = webhook(&post("00", "{}"), None);
    assert_eq!(left.bad(), Vec::<String>::new(), "nobody knows the secret");
    let other = post(SIGNED, "{}").into_iter().map(|(side, bytes)| {
        let text = String::from_utf8(bytes).expect("text").replace("X-Self-ID: 10001", "X-Self-ID: 10002");
        (side, text.into_bytes())
    });
    let left = webhook(&other.collect::<Vec<_>>(), None);
    assert!(left.bad()[0].contains("/self_id expected"), "{:?}", left.bad());
}

#[test]
fn quick_operations_are_judged() {
    let left = webhook(&post(SIGNED, r#"{"reply":"hi","auto_escape":false}"#), None);
    left.passes("onebot11/bot/quick-operation @webhook");
    let left = webhook(&post(SIGNED, r#"{"reply":{"a":1}}"#), None);
    let check = left.check("onebot11/bot/quick-operation @webhook");
    assert!(check.verdict == Verdict::Warn && summary(check).contains("/reply"), "{}", summary(check));
}

fn stream(name: &str, data: &str) -> Vec<(Side, Vec<u8>)> {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
    let events = format!(": hello\n\nevent: {name}\ndata: {data}\n\n");
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    let (half, rest) = events.split_at(30);
    let asked = "GET /event?access_token=made-up HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n";
    vec![
        (Client, asked.as_bytes().to_vec()),
        (Server, head.as_bytes().to_vec()),
        (Server, chunk(half)),
        (Server, chunk(rest)),
    ]
}

#[test]
fn streams_of_events_are_judged() {
    let nudge = r#"{"event_type":"friend_nudge","time":1733202425,"self_id":10001,"data":{"user_id":20002,"is_self_send":false,"is_self_receive":true,"display_action":"a","display_suffix":"","display_action_img_url":"https://example.com/a.png"}}"#;
    let milky = |name: &str, data: &str| left_of(|_| {}, "milky", Transport::Sse, &stream(name, data));
    let left = milky("milky_event", nudge);
    assert_eq!(left.bad(), Vec::<String>::new());
    left.passes("milky/event/friend_nudge/shape @sse");
    left.passes("milky/traffic/event-name @sse");
    let left = milky("message", &nudge.replace("true", "\"yes\""));
    assert_eq!(left.check("milky/traffic/event-name @sse").verdict, Verdict::Fail);
    assert!(summary(left.check("milky/event/friend_nudge/shape @sse")).contains("/data/is_self_receive"));
}

#[test]
fn on_a_reverse_websocket_the_implementation_is_the_client() {
    let call = r#"{"action":"get_login_info","echo":{"seq":1}}"#;
    let answer = r#"{"status":"ok","retcode":0,"data":{"user_id":10001},"echo":{"seq":1}}"#;
    let upgrade = UPGRADE.replace("X-a: 1", "X-Self-ID: 10001\r\nX-Client-Role: Universal");
    let steps = [
        (Client, upgrade.into_bytes()),
        (Server, SWITCHED.as_bytes().to_vec()),
        (Server, frame(0x81, call.as_bytes(), None)),
        (Client, frame(0x81, answer.as_bytes(), Some([1, 2, 3, 4]))),
        (Client, frame(0x81, EVENT.replace("10001", "10002").as_bytes(), Some([1, 2, 3, 4]))),
    ];
    let left = left_of(|_| {}, "onebot11", Transport::ReverseWs, &steps);
    assert!(summary(left.check("onebot11/action/get_login_info/result @reverse-ws")).contains("/data/nickname"));
    let shape = summary(left.check("onebot11/event/message.private/shape @reverse-ws"));
    assert!(shape.contains("the account of the connection"), "{shape}");
}

/// Several accounts at once, and a bot that connects again and again: no connection disturbs another.
#[tokio::test(flavor = "multi_thread")]
async fn many_connections_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = listener.local_addr().expect("an address");
    let watch = watch("onebot11", folder.path(), &[(Transport::Ws, upstream)]).await;
    let at = address(&watch);
    let mut standing = Vec::new();
    for number in 0..60 {
        let (client, server) = tokio::join!(TcpStream::connect(at), listener.accept());
        let (mut client, (mut server, _)) = (client.expect("a connection"), server.expect("a connection"));
        client.write_all(UPGRADE.as_bytes()).await.expect("it is sent");
        server.read_exact(&mut vec![0; UPGRADE.len()]).await.expect("it comes");
        let event = EVENT.replace("10001", &format!("{}", 10_001 + number % 7));
        let sent = [SWITCHED.as_bytes(), &frame(0x81, event.as_bytes(), None)].concat();
        server.write_all(&sent).await.expect("it is sent");
        let mut came = vec![0; sent.len()];
        client.read_exact(&mut came).await.expect("it comes");
        assert!(came == sent);
        if number % 2 == 0 {
            standing.push((client, server));
        }
    }
    let left = Left::of(watch, folder.path()).await;
    assert_eq!(left.bad(), Vec::<String>::new());
    let times = summary(left.check("onebot11/event/message.private/shape @ws"));
    assert_eq!(times, "");
    assert_eq!(left.run.header.transports, [Transport::Ws]);
}

/// Both connections of an account get the same messages in the same order.
#[tokio::test(flavor = "multi_thread")]
async fn messages_out_of_order_are_noticed() {
    for (order, wrong) in [([5, 6, 7], false), ([6, 5, 7], true)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let folder = tempfile::tempdir().expect("a folder");
        let upstream = listener.local_addr().expect("an address");
        let watch = watch("onebot11", folder.path(), &[(Transport::Ws, upstream)]).await;
        for ids in [[4, 5, 6, 7].to_vec(), [&[4][..], &order].concat()] {
            let mut steps = vec![(Client, UPGRADE.as_bytes().to_vec()), (Server, SWITCHED.as_bytes().to_vec())];
            let event = |id: i32| EVENT.replace("\"message_id\":5", &format!("\"message_id\":{id}"));
            steps.extend(ids.iter().map(|id| (Server, frame(0x81, event(*id).as_bytes(), None))));
            talk(Some(address(&watch)), &listener, &steps).await;
        }
        let left = Left::of(watch, folder.path()).await;
        let verdict = left.check("onebot11/traffic/order @ws").verdict;
        assert_eq!(verdict == Verdict::Fail, wrong, "{order:?}: {:?}", left.bad());
    }
}
