//! What watching costs: latency and throughput beside a direct connection, and memory after a million frames.
//!
//! Goals: under 0.3 ms added at the 50th and the 99th percentile, at least 70 % of the direct throughput, under 60 MiB.
//! `cargo bench -p botspec-watch` prints them; `cargo bench -p botspec-watch -- 1000000` sends as many frames.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use botspec_reports::record::Transport;
use botspec_watch::{Link, Settings, Watch};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const REQUEST: &str =
    "POST /get_login_info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
const LOGIN: &str = r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"N"},"message":"","wording":""}"#;
const UPGRADE: &str = "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const EVENT: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"message","message_type":"group","sub_type":"normal","message_id":1000000,"group_id":70001,"user_id":20002,"anonymous":null,"message":[{"type":"text","data":{"text":"good morning"}}],"raw_message":"good morning","font":0,"sender":{"user_id":20002,"nickname":"Lin","card":"","sex":"unknown","age":0,"area":"","level":"1","role":"member","title":""}}"#;

fn frame(text: &str, masked: bool) -> Vec<u8> {
    let mut frame = vec![0x81, if masked { 0x80 } else { 0 } | 0x7e];
    frame.extend(u16::try_from(text.len()).expect("it is short").to_be_bytes());
    if masked {
        frame.extend([0; 4]);
    }
    frame.extend(text.as_bytes());
    frame
}

/// Answers each request or frame of a length with the same bytes, as fast as it can.
async fn answer(listener: TcpListener, head: Option<(usize, Vec<u8>)>, length: usize, answer: Vec<u8>) {
    while let Ok((mut socket, _)) = listener.accept().await {
        let _ = socket.set_nodelay(true);
        let (head, answer) = (head.clone(), answer.clone());
        tokio::spawn(async move {
            if let Some((length, switched)) = head {
                let _ = socket.read_exact(&mut vec![0; length]).await;
                let _ = socket.write_all(&switched).await;
            }
            let mut request = vec![0; length];
            while socket.read_exact(&mut request).await.is_ok() && socket.write_all(&answer).await.is_ok() {}
        });
    }
}

/// One way to speak, with what is asked and answered.
struct Way {
    name: &'static str,
    transport: Transport,
    opens: bool,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Way {
    async fn connect(&self, to: SocketAddr) -> TcpStream {
        let mut socket = TcpStream::connect(to).await.expect("a connection");
        socket.set_nodelay(true).expect("a socket");
        if self.opens {
            socket.write_all(UPGRADE.as_bytes()).await.expect("it is sent");
            socket.read_exact(&mut vec![0; SWITCHED.len()]).await.expect("it comes");
        }
        socket
    }

    /// The round trips of one connection, one after the other, in nanoseconds and sorted.
    async fn latency(&self, to: SocketAddr, times: usize) -> Vec<u64> {
        let mut socket = self.connect(to).await;
        let (mut took, mut answer) = (Vec::with_capacity(times), vec![0; self.answer.len()]);
        for _ in 0..times {
            let began = Instant::now();
            socket.write_all(&self.request).await.expect("it is sent");
            socket.read_exact(&mut answer).await.expect("it comes");
            took.push(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        took.sort_unstable();
        took
    }

    /// Exchanges in a second over several connections with many requests under way on each.
    async fn throughput(&self, to: SocketAddr, for_time: Duration) -> f64 {
        let mut clients = Vec::new();
        for _ in 0..4 {
            let mut socket = self.connect(to).await;
            let (request, length) = (self.request.repeat(16), self.answer.len() * 16);
            clients.push(tokio::spawn(async move {
                let (began, mut done) = (Instant::now(), 0_u32);
                let mut answer = vec![0; length];
                while began.elapsed() < for_time {
                    socket.write_all(&request).await.expect("it is sent");
                    socket.read_exact(&mut answer).await.expect("it comes");
                    done += 16;
                }
                f64::from(done) / began.elapsed().as_secs_f64()
            }));
        }
        let mut sum = 0.0;
        for client in clients {
            sum += client.await.expect("a client");
        }
        sum
    }
}

async fn watch(way: &Way, upstream: SocketAddr, folder: &std::path::Path) -> (Watch, SocketAddr) {
    let scheme = if way.opens { "ws" } else { "http" };
    let link = Link::parse(way.transport, &format!("127.0.0.1:0={scheme}://{upstream}")).expect("a link");
    let watch = Watch::start(Settings::new("onebot11", folder), vec![link]).await.expect("it starts");
    let at = watch.links().next().expect("a link").1;
    (watch, at)
}

/// Memory that the process holds, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn measure(runtime: &Runtime, way: &Way, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = listener.local_addr().expect("an address");
        let head = way.opens.then(|| (UPGRADE.len(), SWITCHED.as_bytes().to_vec()));
        tokio::spawn(answer(listener, head, way.request.len(), way.answer.clone()));
        let (watch, at) = watch(way, upstream, folder.path()).await;
        // Both in turn, so that whatever else the machine does meets both.
        let (mut direct, mut through) = (Vec::new(), Vec::new());
        let (mut direct_rate, mut through_rate) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            direct.extend(way.latency(upstream, 2_000).await);
            through.extend(way.latency(at, 2_000).await);
            direct_rate.push(way.throughput(upstream, Duration::from_millis(500)).await);
            through_rate.push(way.throughput(at, Duration::from_millis(500)).await);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let missed = watch.passed().missed.load(std::sync::atomic::Ordering::Relaxed);
        let units = watch.passed().units.load(std::sync::atomic::Ordering::Relaxed);
        for times in [&mut direct, &mut through] {
            times.sort_unstable();
        }
        #[expect(clippy::cast_precision_loss, reason = "nanoseconds of a round trip")]
        let at = |times: &[u64], share: usize| times[times.len() * share / 100] as f64 / 1e6;
        for share in [50, 99] {
            let (one, other) = (at(&direct, share), at(&through, share));
            println!("{} p{share}: direct {one:.3} ms, watched {other:.3} ms, added {:.3} ms", way.name, other - one);
        }
        let median = |rates: &mut Vec<f64>| {
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        };
        let (one, other) = (median(&mut direct_rate), median(&mut through_rate));
        println!(
            "{} throughput: direct {one:.0}/s, watched {other:.0}/s, {:.0} %; {missed} of {units} passed unjudged",
            way.name,
            other * 100.0 / one
        );
        watch.stop().await;
    });
}

fn memory(runtime: &Runtime, frames: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let way = Way { name: "memory", transport: Transport::Ws, opens: true, request: Vec::new(), answer: Vec::new() };
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            socket.read_exact(&mut vec![0; UPGRADE.len()]).await.expect("a handshake");
            socket.write_all(SWITCHED.as_bytes()).await.expect("it is sent");
            for number in 0..frames {
                // Each message is another one, from another person, and every tenth is wrong.
                let event = EVENT.replace("1000000", &(1_000_000 + number).to_string()).replace("20002", &(20_002 + number).to_string());
                let event = if number % 10 == 0 { event.replace("\"font\":0", "\"font\":\"x\"") } else { event };
                socket.write_all(&frame(&event, false)).await.expect("it is sent");
            }
        });
        let before = resident();
        let (watch, at) = watch(&way, upstream, folder.path()).await;
        let started = resident();
        let mut socket = way.connect(at).await;
        let mut buffer = vec![0; 64 << 10];
        while socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
        let most = resident();
        let missed = watch.passed().missed.load(std::sync::atomic::Ordering::Relaxed);
        watch.stop().await;
        println!(
            "memory: {} MiB before, {} MiB with the contracts, {} MiB after {frames} frames ({missed} passed unjudged), {} MiB at the end",
            before >> 10,
            started >> 10,
            most >> 10,
            resident() >> 10
        );
    });
}

fn main() {
    let frames = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(200_000);
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    memory(&runtime, frames);
    let call = r#"{"action":"get_login_info","params":{},"echo":1}"#;
    let called = LOGIN.replace(r#","message":"","wording":""}"#, r#","echo":1}"#);
    let short = |text: &str, masked: bool| {
        let mut frame = vec![0x81, if masked { 0x80 } else { 0 } | u8::try_from(text.len()).expect("it is short")];
        if masked {
            frame.extend([0; 4]);
        }
        frame.extend(text.as_bytes());
        frame
    };
    let body =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{LOGIN}", LOGIN.len());
    let ways = [
        Way { name: "http", transport: Transport::Http, opens: false, request: REQUEST.into(), answer: body.into() },
        Way {
            name: "ws",
            transport: Transport::Ws,
            opens: true,
            request: short(call, true),
            answer: short(&called, false),
        },
    ];
    for way in &ways {
        measure(&runtime, way, 5);
    }
}
