//! Bots that are written with the bindings, each run against `botspec serve`: the examples of the README, and the same in
//! other languages. The second account talks to them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use botspec_bindings::{Options, milky, napcat, onebot11};
use serde_json::json;

use crate::harness::{Running, arg, botspec, folder, repository};
use crate::serve::post;

#[path = "../../codegen/bindings/examples/echo.rs"]
#[allow(dead_code, reason = "its `main` is not run here")]
mod echo;

#[path = "../../codegen/bindings/examples/group_manager.rs"]
#[allow(dead_code, reason = "the same")]
mod group_manager;

#[path = "../../codegen/bindings/examples/milky.rs"]
#[allow(dead_code, reason = "the same")]
mod milky_bot;

/// Nothing waits this long but a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The bot, the second account, and the group that both are in.
const BOT: i64 = 10_001;
const GROUP: i64 = 70_001;

/// A served world, with its addresses by what they are for.
pub(crate) struct World {
    _process: Running,
    at: BTreeMap<String, String>,
}

impl World {
    pub(crate) fn serve(dialect: &str, flags: &[&str]) -> Self {
        let mut args = vec!["serve", "--dialect", dialect, "--control", "0"];
        args.extend(flags);
        let mut process = Running::start(args);
        let mut at = BTreeMap::new();
        while !at.contains_key("control") {
            let line = process.line();
            let (name, address) = line.split_once(": ").unwrap_or_else(|| panic!("a name and an address: {line:?}"));
            at.insert(name.to_owned(), address.to_owned());
        }
        Self { _process: process, at }
    }

    pub(crate) fn at(&self, name: &str) -> &str {
        self.at.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.at))
    }

    fn step(&self, step: &str, params: &serde_json::Value) {
        let answer = post(self.at("control"), "/step", &json!({ "step": step, "params": params }).to_string());
        assert!(answer.get("error").is_none(), "{step} {params}: {answer}");
    }
}

/// Runs a bot, and beside it what the second account does until it comes to its end.
fn beside(bot: impl Future<Output = ()>, test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        tokio::select! {
            () = bot => panic!("the bot ended"),
            () = test => {}
            () = tokio::time::sleep(PATIENCE) => panic!("the bot does nothing"),
        }
    });
}

/// Does something again and again until an event comes that is waited for: before the bot is connected, nothing does.
macro_rules! until {
    ($bot:expr, $act:expr, $found:expr) => {
        loop {
            $act;
            let found = async {
                loop {
                    let event = $bot.next_event().await.expect("it goes on").expect("an event");
                    if $found(&event) {
                        break;
                    }
                }
            };
            if tokio::time::timeout(Duration::from_millis(500), found).await.is_ok() {
                break;
            }
        }
    };
}

#[test]
fn the_echo_bot_says_again_what_it_hears() {
    let world = World::serve("onebot11", &["--ws", "0", "--actor-ws", "0"]);
    let bot = async { echo::run(world.at("bot 10001 ws")).await.expect("no error") };
    beside(bot, async {
        let actor = onebot11::Bot::connect(world.at("actor 20002 ws")).await.expect("connected");
        let echoed = |event: &onebot11::Event| {
            event.sender().is_some_and(|sender| *sender == BOT) && event.plain_text().as_deref() == Some("tea?")
        };
        until!(actor, actor.send_private_msg(BOT, "tea?").await.expect("sent"), echoed);
        let in_group = |event: &onebot11::Event| echoed(event) && event.group().is_some_and(|group| group == GROUP);
        until!(actor, actor.send_group_msg(GROUP, "tea?").await.expect("sent"), in_group);
    });
}

#[test]
fn the_group_manager_welcomes_and_takes_back() {
    let world = World::serve("napcat", &["--ws", "0", "--actor-ws", "0"]);
    let bot = async { group_manager::run(world.at("bot 10001 ws")).await.expect("no error") };
    beside(bot, async {
        let actor = napcat::Bot::connect(world.at("actor 20002 ws")).await.expect("connected");
        let welcomed = |event: &napcat::Event| event.plain_text().as_deref() == Some(" welcome!");
        until!(actor, world.step("member_join", &json!({ "group": GROUP, "user": 40_004 })), welcomed);
        let taken_back = |event: &napcat::Event| matches!(event, napcat::Event::NoticeGroupRecall(_));
        let say = json!({ "from": 30_003, "group": GROUP, "text": "buy spam" });
        until!(actor, world.step("say", &say), taken_back);
        let silenced = |event: &napcat::Event| matches!(event, napcat::Event::NoticeGroupBan(ban) if ban.user_id == Some(30_003.into()));
        until!(actor, world.step("say", &say), silenced);
    });
}

#[test]
fn the_milky_bot_answers_by_name() {
    let world = World::serve("milky", &["--http", "0", "--actor-http", "0", "--token", "sesame"]);
    let bot = async { milky_bot::run(world.at("bot 10001 http"), "sesame").await.expect("no error") };
    beside(bot, async {
        let options = Options::new().token("sesame");
        let actor = milky::Bot::connect_with(world.at("actor 20002 http"), &options).await.expect("connected");
        let answered = |event: &milky::Event| {
            let Some(message) = event.message() else { return false };
            message.plain_text() == " hello!" && message.segments().iter().any(|it| it.kind() == "mention")
        };
        until!(actor, actor.send_group_message(GROUP, "hello").await.expect("sent"), answered);
        let alone = |event: &milky::Event| event.plain_text().as_deref() == Some("hello!");
        until!(actor, actor.send_private_message(BOT, "hello").await.expect("sent"), alone);
    });
}

/// A program that runs until it is dropped.
struct Program(Child);

impl Program {
    fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`")))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Writes a package with the command, and the program of a bot into it.
fn package(language: &str, at: &Path, program: &str, code: &str) {
    let done = botspec(["codegen", language, "--dialect", "onebot11", "--out", arg(at)]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    std::fs::write(at.join(program), code).expect("written");
}

/// The second account hears its own words from a bot that another program is.
fn echoes(start: impl FnOnce(&str) -> Program) {
    let world = World::serve("onebot11", &["--ws", "0", "--actor-ws", "0"]);
    let _program = start(world.at("bot 10001 ws"));
    beside(std::future::pending(), async {
        let actor = onebot11::Bot::connect(world.at("actor 20002 ws")).await.expect("connected");
        let echoed = |event: &onebot11::Event| {
            event.sender().is_some_and(|sender| *sender == BOT) && event.plain_text().as_deref() == Some("tea?")
        };
        until!(actor, actor.send_private_msg(BOT, "tea?").await.expect("sent"), echoed);
    });
}

#[test]
fn a_bot_in_typescript_says_again_what_it_hears() {
    let (folder, tools) = (folder(), repository().join("target/test-tools/node_modules"));
    let code = r#"
import { Bot } from "./client.js";
const bot = await Bot.connect(process.argv[2] ?? "");
for await (const event of bot) {
  if (event.post_type === "message" && event.message_type === "private") {
    const sent = await bot.call("send_private_msg", { user_id: event.user_id, message: event.raw_message });
    const id: number = sent.message_id;
    console.error(id);
  }
}
declare const process: { argv: string[] };
"#;
    package("typescript", folder.path(), "src/bot.ts", code);
    std::os::unix::fs::symlink(&tools, folder.path().join("node_modules")).expect("a link");
    let mut compiler = Command::new(tools.join(".bin/tsc"));
    let built =
        compiler.args(["-p", "."]).current_dir(folder.path()).output().expect("`scripts/test-tools` installs it");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stdout));
    echoes(|url| Program::start(Command::new("node").arg(folder.path().join("dist/bot.js")).arg(url)));
}

#[test]
fn a_bot_in_python_says_again_what_it_hears() {
    let folder = folder();
    let code = r"
import asyncio
import sys

from botspec_onebot11 import Bot, models


async def main() -> None:
    async with Bot.connect(sys.argv[1]) as bot:
        async for event in bot:
            if isinstance(event, models.MessagePrivate) and event.user_id and event.raw_message:
                await bot.send_private_msg(user_id=event.user_id, message=event.raw_message)


asyncio.run(main())
";
    package("python", folder.path(), "bot.py", code);
    let python = repository().join("target/test-tools/venv/bin/python");
    let start = |url: &str| {
        let mut command = Command::new(python);
        command.arg(folder.path().join("bot.py")).arg(url).env("PYTHONPATH", folder.path().join("src"));
        Program::start(&mut command)
    };
    echoes(start);
}

#[test]
fn the_readmes_show_the_examples() {
    for readme in ["README.md", "codegen/bindings/README.md"] {
        let text = std::fs::read_to_string(repository().join(readme)).expect("a file");
        for (example, most) in [("echo", 15), ("group_manager", 35), ("milky", 25)] {
            let path = format!("codegen/bindings/examples/{example}.rs");
            let code = std::fs::read_to_string(repository().join(&path)).expect("an example");
            let lines = code.lines().filter(|line| !line.starts_with("//!") && !line.is_empty()).count();
            assert!(lines <= most, "{path} has {lines} lines");
            let shown = code.lines().skip(1).collect::<Vec<_>>().join("\n");
            assert!(text.contains(shown.trim()), "{readme} does not show {path}");
        }
    }
}
