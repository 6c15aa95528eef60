//! What `botspec watch` costs: latency and throughput beside a direct connection, and memory after a million frames. The
//! watch is a process of its own; the load and what is behind the watch are in others.
//!
//! Goals: under 0.3 ms added at the 50th and the 99th percentile, at least 70 % of the direct throughput, under 60 MiB.
//!
//! `cargo bench --bench watch` measures with the stand-in behind the watch, and with a server that does nothing but answer;
//! `cargo bench --bench watch -- 100000` sends fewer frames than a million (Linux)

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const LOGIN: &str = r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"N"},"message":"","wording":""}"#;
const UPGRADE: &str = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const EVENT: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"message","message_type":"group","sub_type":"normal","message_id":1000000,"group_id":70001,"user_id":20002,"anonymous":null,"message":[{"type":"text","data":{"text":"good morning"}}],"raw_message":"good morning","font":0,"sender":{"user_id":20002,"nickname":"Lin","card":"","sex":"unknown","age":0,"area":"","level":"1","role":"member","title":""}}"#;

/// How often both ways are measured in turn, so that whatever else the machine does meets both.
const ROUNDS: usize = 5;

/// A process that ends with the bench.
struct Process {
    child: Child,
    addresses: Vec<String>,
}

impl Process {
    /// Starts the command, and reads so many addresses that it prints.
    fn start(args: &[&str], addresses: usize) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_botspec"));
        let mut child =
            command.args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command starts");
        let printed = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let address = |line: String| {
            let (_, rest) = line.split_once("://").expect("an address");
            rest.split([' ', '/']).next().unwrap_or_default().to_owned()
        };
        let lines = printed.lines().map(|line| line.expect("a line")).filter(|line| line.contains("://"));
        let addresses = lines.take(addresses).map(address).collect();
        Self { child, addresses }
    }

    /// A figure of its memory, in KiB.
    fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process of Linux");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("its memory");
        line.trim_start_matches(':').trim().trim_end_matches(" kB").trim().parse().expect("a number")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A frame of text; a client masks it.
fn frame(text: &str, masked: bool) -> Vec<u8> {
    let mask = if masked { 0x80 } else { 0 };
    let mut frame = vec![0x81];
    if let Some(length) = u8::try_from(text.len()).ok().filter(|length| *length < 126) {
        frame.push(mask | length);
    } else {
        frame.push(mask | 0x7e);
        frame.extend(u16::try_from(text.len()).expect("it is short").to_be_bytes());
    }
    if masked {
        frame.extend([0; 4]);
    }
    frame.extend(text.as_bytes());
    frame
}

/// How calls are made, and how long an answer is.
struct Calls {
    name: &'static str,
    opens: bool,
    request: Vec<u8>,
}

fn calls() -> [Calls; 2] {
    let http =
        "POST /get_login_info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let ws = r#"{"action":"get_login_info","params":{},"echo":1}"#;
    [
        Calls { name: "http", opens: false, request: http.as_bytes().to_vec() },
        Calls { name: "ws", opens: true, request: frame(ws, true) },
    ]
}

/// One connection that calls are made over.
struct Connection {
    stream: TcpStream,
    opened: bool,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(calls: &Calls, at: &str) -> Self {
        let mut stream = TcpStream::connect(at).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        if calls.opens {
            stream.write_all(UPGRADE.as_bytes()).expect("it is sent");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).expect("an answer");
                head.push(byte[0]);
            }
        }
        Self { stream, opened: calls.opens, buffer: Vec::new() }
    }

    /// How many bytes the first whole answer takes; events that come between count as none.
    fn whole(&self) -> Option<(usize, bool)> {
        if self.opened {
            let (length, at) = match *self.buffer.get(1)? {
                126 => (usize::from(u16::from_be_bytes([*self.buffer.get(2)?, *self.buffer.get(3)?])), 4),
                short => (usize::from(short), 2),
            };
            let text = self.buffer.get(at..at + length)?;
            return Some((at + length, text.starts_with(b"{\"status\"")));
        }
        let head = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
        let text = std::str::from_utf8(&self.buffer[..head]).ok()?.to_ascii_lowercase();
        let length: usize = text.split("content-length:").nth(1)?.lines().next()?.trim().parse().ok()?;
        (self.buffer.len() >= head + length).then_some((head + length, true))
    }

    fn answers(&mut self, mut count: usize) {
        let mut part = [0; 16 << 10];
        loop {
            while let Some((length, is_answer)) = self.whole() {
                self.buffer.drain(..length);
                count -= usize::from(is_answer);
                if count == 0 {
                    return;
                }
            }
            let read = self.stream.read(&mut part).expect("an answer");
            assert_ne!(read, 0, "the connection ended");
            self.buffer.extend_from_slice(&part[..read]);
        }
    }
}

/// The round trips of one connection, one after the other, in milliseconds.
fn latency(calls: &Calls, at: &str) -> Vec<f64> {
    let mut connection = Connection::open(calls, at);
    let once = |_| {
        let began = Instant::now();
        connection.stream.write_all(&calls.request).expect("it is sent");
        connection.answers(1);
        began.elapsed().as_secs_f64() * 1e3
    };
    (0..2_000).map(once).collect()
}

/// Calls in a second over four connections; over a WebSocket with several under way on each, as bots have.
fn throughput(calls: &Calls, at: &str) -> f64 {
    let under_way = if calls.opens { 8 } else { 1 };
    let for_time = Duration::from_millis(700);
    thread::scope(|scope| {
        let one = || {
            let mut connection = Connection::open(calls, at);
            let (began, mut done) = (Instant::now(), 0_u32);
            while began.elapsed() < for_time {
                connection.stream.write_all(&calls.request.repeat(under_way)).expect("it is sent");
                connection.answers(under_way);
                done += u32::try_from(under_way).expect("few");
            }
            f64::from(done) / began.elapsed().as_secs_f64()
        };
        let clients: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        clients.into_iter().map(|client| client.join().expect("a client")).sum()
    })
}

/// Answers each request with the same bytes, as fast as it can; gives where.
fn answering(calls: &Calls) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address").to_string();
    let called = LOGIN.replace(r#","message":"","wording":""}"#, r#","echo":1}"#);
    let answer = if calls.opens {
        frame(&called, false)
    } else {
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{LOGIN}", LOGIN.len())
            .into_bytes()
    };
    let (opens, length) = (calls.opens, calls.request.len());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), answer) = (stream, answer.clone()) else { continue };
            thread::spawn(move || {
                let _ = stream.set_nodelay(true);
                if opens {
                    let _ = stream.read_exact(&mut vec![0; UPGRADE.len()]);
                    let _ = stream.write_all(SWITCHED.as_bytes());
                }
                let mut request = vec![0; length];
                while stream.read_exact(&mut request).is_ok() && stream.write_all(&answer).is_ok() {}
            });
        }
    });
    at
}

fn middle(mut figures: Vec<f64>, share: usize) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[(figures.len() - 1) * share / 100]
}

fn measure(calls: &Calls, behind: &str, upstream: &str, watched: &str) {
    let (mut direct, mut through) = (Vec::new(), Vec::new());
    let (mut direct_rate, mut through_rate) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        direct.push(latency(calls, upstream));
        through.push(latency(calls, watched));
        direct_rate.push(throughput(calls, upstream));
        through_rate.push(throughput(calls, watched));
        // What waits is judged meanwhile.
        thread::sleep(Duration::from_millis(500));
    }
    for share in [50, 99] {
        // Of each round the figure, and of the rounds the median: one that something else disturbed is none.
        let of = |rounds: &[Vec<f64>]| middle(rounds.iter().map(|round| middle(round.clone(), share)).collect(), 50);
        let (one, other) = (of(&direct), of(&through));
        println!(
            "{} {behind} p{share}: direct {one:.3} ms, watched {other:.3} ms, added {:.3} ms",
            calls.name,
            other - one
        );
    }
    let (one, other) = (middle(direct_rate, 50), middle(through_rate, 50));
    println!(
        "{} {behind} throughput: direct {one:.0}/s, watched {other:.0}/s, {:.0} %",
        calls.name,
        other * 100.0 / one
    );
}

/// Memory of the watch while a bot gets many messages, each of another person, of which every tenth is wrong.
fn memory(frames: u64, out: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let link = format!("0=ws://{}", listener.local_addr().expect("an address"));
    let watch = Process::start(&["watch", "--ws", &link, "--out", out], 1);
    let started = watch.memory("VmRSS");
    let sending = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        stream.read_exact(&mut vec![0; UPGRADE.len()]).expect("a handshake");
        stream.write_all(SWITCHED.as_bytes()).expect("it is sent");
        for number in 0..frames {
            let event = EVENT
                .replace("1000000", &(1_000_000 + number).to_string())
                .replace("20002", &(20_002 + number).to_string());
            let event = if number % 10 == 0 { event.replace("\"font\":0", "\"font\":\"x\"") } else { event };
            stream.write_all(&frame(&event, false)).expect("it is sent");
        }
    });
    let began = Instant::now();
    let mut stream = TcpStream::connect(&watch.addresses[0]).expect("a connection");
    stream.write_all(UPGRADE.as_bytes()).expect("it is sent");
    let mut part = vec![0; 64 << 10];
    while stream.read(&mut part).is_ok_and(|read| read > 0) {}
    sending.join().expect("all are sent");
    println!(
        "memory: {} MiB at the start, {} MiB after {frames} frames in {:.0} s, {} MiB at most",
        started >> 10,
        watch.memory("VmRSS") >> 10,
        began.elapsed().as_secs_f64(),
        watch.memory("VmHWM") >> 10
    );
}

fn main() {
    let frames = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let out = |name: &str| folder.path().join(name).display().to_string();
    let serving = Process::start(&["serve", "--dialect", "onebot11", "--http", "0", "--ws", "0"], 2);
    for (calls, stand_in) in calls().iter().zip(&serving.addresses) {
        let plain = answering(calls);
        for (behind, upstream) in [("stand-in", stand_in), ("plain", &plain)] {
            let scheme = if calls.opens { "ws" } else { "http" };
            let (flag, link) = (format!("--{scheme}"), format!("0={scheme}://{upstream}"));
            let watch = Process::start(&["watch", &flag, &link, "--out", &out(&format!("{scheme}-{behind}"))], 1);
            measure(calls, behind, upstream, &watch.addresses[0]);
        }
    }
    memory(frames, &out("memory"));
}
