//! What it takes to read and render large records. Goals: 10,000 checks to every form within a second, two such records
//! compared within half a second, 100,000 checks and a target that fails 20,000 within 150 MiB.
//!
//! `cargo bench -p botspec-reports` (memory is read on Linux)

#![allow(clippy::cast_precision_loss, reason = "sizes are shown with one decimal")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use botspec_reports::diff::Diff;
use botspec_reports::matrix::{Input, site};
use botspec_reports::record::{self, Run};
use botspec_reports::{Analysis, Format, Language};
use botspec_schema::Catalog;

/// A record with this many checks, of which every so many fails.
fn record(checks: usize, fails_every: usize, version: &str) -> String {
    let actions: Vec<&str> =
        Catalog::builtin().dialect("onebot11").expect("a dialect").actions.keys().map(String::as_str).collect();
    let mut text = format!(
        "{{\"type\":\"header\",\"format\":1,\"botspec_version\":\"0.1.0\",\"dialect\":\"onebot11\",\"target\":{{\"name\":\"bench\",\
         \"implementation\":\"ExampleBot\",\"version\":\"{version}\"}},\"seed\":1}}\n"
    );
    for number in 0..checks {
        let action = actions[number % actions.len()];
        let transport = ["http", "ws"][number % 2];
        let head = format!(
            "{{\"type\":\"check\",\"id\":\"onebot11/action/{action}/random-{number}\",\"dialect\":\"onebot11\",\
             \"transport\":\"{transport}\",\"level\":\"MUST\",\"duration_ms\":1.5"
        );
        if number % fails_every == 0 {
            let body = "x".repeat(2000);
            let _ = writeln!(
                text,
                "{head},\"verdict\":\"fail\",\"finding\":{{\"sentence\":{{\"en\":\"The result matches the contract.\",\
                 \"zh\":\"结果符合契约。\"}},\"summary\":{{\"en\":\"it does not\",\"zh\":\"不符合\"}},\"request\":{{\"body\":\"{body}\"}},\
                 \"response\":{{\"body\":\"{body}\"}},\"differences\":[{{\"pointer\":\"/data/f{}\",\"expected\":\"integer\",\
                 \"found\":\"string\"}}]}}}}",
                number % 50
            );
        } else {
            let _ = writeln!(text, "{head},\"verdict\":\"pass\"}}");
        }
    }
    text
}

fn read(text: &str) -> Run {
    record::read(text.as_bytes()).expect("the record reads")
}

fn timed<T>(name: &str, work: impl Fn() -> T) -> Duration {
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    println!("{name:<48} {best:>10.1?}");
    best
}

/// The most memory that this process ever held, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Reads a record from disk and renders it in every form, and prints what that took at most. In a process of its own, as
/// memory that was held once counts for good.
fn memory(path: &str) {
    let before = peak();
    let file = std::fs::File::open(path).expect("the record is there");
    let run = record::read(std::io::BufReader::new(file)).expect("the record reads");
    let analysis = Analysis::of(&run);
    let mut sizes = Vec::new();
    for format in Format::ALL {
        let mut out = Counted(0);
        format.write(&analysis, Language::En, &mut out).expect("it is written");
        sizes.push(format!("{format} {:.1} MiB", out.0 as f64 / 1_048_576.0));
    }
    println!("  {} checks: peak {} MiB ({before} before); {}", run.checks.len(), peak(), sizes.join(", "));
}

struct Counted(usize);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    if let Some(path) = words.next() {
        return memory(&path);
    }
    let text = record(10_000, 20, "1");
    let run = read(&text);
    timed("read 10,000 checks", || read(&text));
    timed("analyse", || Analysis::of(&run).causes.len());
    let analysis = Analysis::of(&run);
    let all: Duration =
        Format::ALL.into_iter().map(|format| timed(&format!("  {format}"), || format.render(&analysis))).sum();
    println!("{:<48} {all:>10.1?}", "every form together");
    let newer = read(&record(10_000, 30, "2"));
    let newer = Analysis::of(&newer);
    timed("diff of two", || Diff::of(&analysis, &newer));

    let inputs: Vec<Input> = (0..20)
        .map(|number| Input {
            name: format!("{number}"),
            run: Ok(read(&record(2_000, 20 + number, &format!("{number}")))),
        })
        .collect();
    let start = Instant::now();
    let files = site(Catalog::builtin(), &inputs, &|_, _, _| Vec::new());
    let bytes: usize = files.iter().map(|file| file.content.len()).sum();
    println!(
        "{:<48} {:>10.1?}  {} files, {:.1} MiB",
        "site of 20 columns",
        start.elapsed(),
        files.len(),
        bytes as f64 / 1_048_576.0
    );
    let index = files.iter().find(|file| file.path == "index.html").map_or(0, |file| file.content.len());
    println!("{:<48} {index:>10} bytes", "its table");

    for (name, checks, every) in [("100,000 checks", 100_000, 1000), ("20,000 failures", 20_000, 1)] {
        println!("{name}");
        let path = std::env::temp_dir().join(format!("botspec-bench-{}.ndjson", std::process::id()));
        std::fs::write(&path, record(checks, every, "1")).expect("the record is written");
        let own = std::env::current_exe().expect("a path");
        let _ = std::process::Command::new(own).arg(&path).status();
        let _ = std::fs::remove_file(&path);
    }
}
