//! What the README tells people to type does what it says there.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::harness::{Running, folder, repository};
use crate::serve::post;
use crate::stand_in::{bot as listener, posts};

/// The port where the bot of the README waits.
const PORT: &str = "8080";

/// What stands between fences of this language in a text.
fn blocks<'t>(text: &'t str, language: &str) -> impl Iterator<Item = &'t str> {
    let begin = format!("```{language}\n");
    let rest = text.split(begin.as_str()).skip(1).collect::<Vec<_>>().into_iter();
    rest.map(|block| block.split("```").next().unwrap_or_default())
}

/// The only line of shell that has all of this in it.
#[track_caller]
fn line<'t>(text: &'t str, wanted: &str) -> &'t str {
    let mut lines = blocks(text, "sh").flat_map(str::lines).filter(|line| line.contains(wanted));
    let line = lines.next().unwrap_or_else(|| panic!("no line with {wanted}"));
    assert_eq!(lines.next(), None, "one line with {wanted}");
    line
}

/// Does what a line with curl does, at another address; this is the answer.
#[track_caller]
fn curl(line: &str, address: &str) -> Value {
    let (url, body) = line.strip_prefix("curl http://").and_then(|line| line.split_once(" -")).expect("curl URL -…");
    let path = &url[url.find('/').expect("a path")..];
    let (_, body) = body.split_once(" '").expect("a body");
    post(address, path, body.strip_suffix('\'').expect("the end of the body"))
}

/// A bot in Python that runs until it is dropped.
struct Bot {
    child: Child,
    told: BufReader<ChildStdout>,
}

impl Bot {
    /// Runs the bot of the README at a port.
    fn run(code: &str, port: u16) -> Self {
        let folder = folder();
        let file = folder.path().join("bot.py");
        assert!(code.contains(PORT), "the bot waits at {PORT}");
        fs::write(&file, code.replace(PORT, &port.to_string())).expect("written");
        let mut command = Command::new(repository().join("target/test-tools/venv/bin/python"));
        command.arg(&file).current_dir(folder.path()).stdout(Stdio::piped());
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`"));
        let told = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut bot = Self { child, told };
        // It has read its file by then, which is gone afterwards.
        bot.until(&port.to_string());
        bot
    }

    /// Waits until it tells this.
    #[track_caller]
    fn until(&mut self, wanted: &str) {
        let mut lines = self.told.by_ref().lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains(wanted)), "the bot ended before it told of {wanted}");
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free just now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port()
}

#[test]
fn the_bot_of_the_readme_answers() {
    for (file, words) in [("README.md", "hello"), ("README.zh-CN.md", "你好")] {
        let text = fs::read_to_string(repository().join(file)).expect("the README");
        let code = blocks(&text, "python").next().expect("a bot");
        let port = free_port();
        let mut bot = Bot::run(code, port);

        let told = line(&text, "--dialect napcat --reverse-ws").replace(PORT, &port.to_string());
        let told = told.replace("--control 3003", "--control 0").replace("--actor-http 3004", "--actor-http 0");
        // Besides what the README says, somebody hears when the bot has said something.
        let (ears, addr) = listener();
        let webhook = format!("http://{addr}/");
        let mut args: Vec<&str> = told.split(' ').skip(1).collect();
        args.extend(["--webhook", &webhook, "--report-self"]);
        let mut world = Running::start(args);
        let mut address = |name: &str| loop {
            if let Some(address) = world.line().strip_prefix(name) {
                return address.to_owned();
            }
        };
        let (friend, control) = (address("actor 20002 http: "), address("control: "));
        bot.until("10001 connected");
        curl(line(&text, "curl http://127.0.0.1:3003/step"), &control);
        posts(&ears, |event| event["post_type"] == "message_sent");
        let history = curl(line(&text, "curl http://127.0.0.1:3004/"), &friend);

        let (_, answer) = code.split_once("f\"").expect("what it answers");
        let (answer, _) = answer.split_once('{').expect("what was said");
        let read = &history["data"]["messages"][0];
        assert_eq!(read["raw_message"], format!("{answer}{words}"), "{file}: {history}");
        assert_eq!(read["user_id"], 10_001, "{file}: {history}");
    }
}

/// What the READMEs call the ways of running that are measured.
const MODES: [(&str, &str, &str); 3] = [
    ("read only", "read only", "只读"),
    ("all effects, second account", "all effects, second account", "允许全部操作，有第二个账号"),
    ("all effects, second account, control", "the same with a control URL", "同上，另有控制地址"),
];

/// The share of checks that is judged, as a table.
fn judged(head: &str, name: impl Fn(&(&'static str, &'static str, &'static str)) -> &'static str) -> String {
    let file = repository().join("conformance/tests/judged-share.json");
    let figures: Value = serde_json::from_str(&fs::read_to_string(file).expect("the figures")).expect("JSON");
    let dialects = ["onebot11", "gocqhttp", "napcat", "llonebot", "milky"];
    let head = format!("| {head} | {} |\n|---|{}\n", dialects.join(" | "), "--:|".repeat(dialects.len()));
    let rows = MODES.iter().map(|mode| {
        let cells: Vec<String> = dialects.iter().map(|dialect| figures[mode.0][*dialect].to_string()).collect();
        format!("| {} | {} |\n", name(mode), cells.join(" | "))
    });
    std::iter::once(head).chain(rows).collect()
}

#[test]
fn the_judged_share_is_what_was_measured() {
    for (file, table) in
        [("README.md", judged("a run with", |mode| mode.1)), ("README.zh-CN.md", judged("运行方式", |mode| mode.2))]
    {
        let text = fs::read_to_string(repository().join(file)).expect("the README");
        assert!(text.contains(&table), "{file} should hold\n{table}");
    }
}
