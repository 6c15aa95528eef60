//! The memory of `botspec serve` with a thousand clients that wait for events, beside that without any.
//!
//! `cargo bench --bench memory` (Linux)

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const CLIENTS: usize = 1000;

/// A process that ends with the bench.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let mut served = Command::new(env!("CARGO_BIN_EXE_botspec"));
    served.args(["serve", "--dialect", "napcat", "--ws", "0", "--control", "0"]).stdout(Stdio::piped());
    let mut served = Served(served.spawn().expect("the command starts"));
    let mut lines = BufReader::new(served.0.stdout.take().expect("standard output is piped")).lines();
    let mut address = |of: &str| -> String {
        let line = lines.find_map(|line| line.ok().filter(|line| line.contains(of))).expect("an address");
        line.rsplit_once("://").expect("an address").1.trim_end_matches('/').to_owned()
    };
    let (addr, control) = (address(" ws:"), address("control:"));
    let before = resident(served.0.id());
    let mut clients: Vec<TcpStream> = (0..CLIENTS).map(|_| connected(&addr)).collect();
    let idle = resident(served.0.id());
    for number in 0..100 {
        say(&control, number);
    }
    // The last of what was said has come to everybody.
    for client in &mut clients {
        let (mut told, mut part) = (Vec::new(), [0; 4096]);
        while !String::from_utf8_lossy(&told).contains("\"raw_message\":\"no. 99\"") {
            let read = client.read(&mut part).expect("an event");
            assert_ne!(read, 0, "the server closed a connection");
            told.extend_from_slice(&part[..read]);
        }
    }
    let heard = resident(served.0.id());
    let each = |now: u64| (now.saturating_sub(before)) * 1024 / CLIENTS as u64;
    println!("without a client      {before:>8} KiB");
    println!("{CLIENTS} clients           {idle:>8} KiB, {} bytes each", each(idle));
    println!("after 100 events each  {heard:>7} KiB, {} bytes each", each(heard));
}

/// A client behind its handshake.
fn connected(addr: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr.split('/').next().expect("an address")).expect("a connection");
    let handshake = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    stream.write_all(handshake.as_bytes()).expect("it is read");
    let mut first = [0; 12];
    stream.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 101");
    stream
}

/// Has a friend say something.
fn say(control: &str, number: u32) {
    let mut stream = TcpStream::connect(control).expect("a connection");
    let step = format!("{{\"step\": \"say\", \"params\": {{\"text\": \"no. {number}\"}}}}");
    let head =
        "POST /step HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length:";
    write!(stream, "{head} {}\r\n\r\n{step}", step.len()).expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// How much memory a process has, in KiB.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("a process of Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}
