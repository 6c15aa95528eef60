//! `botspec serve` as the stand-in for a real bot: it connects, posts, follows a script and plays every event.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use botspec_schema::model::Presence;
use botspec_schema::{Catalog, Dialect};
use serde_json::Value;

use crate::harness::{Running, arg, botspec, folder};
use crate::serve::post;

/// Where a bot waits.
pub(crate) fn bot() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = listener.local_addr().expect("an address").to_string();
    (listener, addr)
}

/// The head of a request, and the connection behind it.
fn head(listener: &TcpListener) -> (BTreeMap<String, String>, BufReader<TcpStream>) {
    let (stream, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(stream);
    let mut fields = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        match line.trim_end().split_once(": ") {
            Some((name, value)) => fields.insert(name.to_lowercase(), value.to_owned()),
            None if line.trim_end().is_empty() => return (fields, reader),
            None => fields.insert("request".to_owned(), line.trim_end().to_owned()),
        };
    }
}

/// Takes posts until it has seen enough.
pub(crate) fn posts(listener: &TcpListener, mut enough: impl FnMut(Value) -> bool) {
    loop {
        let (fields, mut reader) = head(listener);
        // Somebody only looks whether anybody is there.
        let Some(length) = fields.get("content-length") else { continue };
        let mut body = vec![0; length.parse().expect("a length")];
        reader.read_exact(&mut body).expect("a body");
        let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
        reader.into_inner().write_all(answer).expect("an answer");
        if enough(serde_json::from_slice(&body).expect("JSON")) {
            return;
        }
    }
}

/// The dialects of implementations, with what they call themselves.
const IMPLEMENTATIONS: [(&str, &str); 2] = [("napcat", "OneBot/11"), ("llonebot", "LLOneBot/8.1.7")];

fn dialect(name: &str) -> &'static Dialect {
    Catalog::builtin().dialect(name).expect("the dialect")
}

#[test]
fn one_line_is_all_it_takes_to_connect_to_a_bot() {
    for (dialect, agent) in IMPLEMENTATIONS {
        let (listener, addr) = bot();
        let url = format!("ws://{addr}/onebot/v11/ws");
        let mut process = Running::start(["serve", "--dialect", dialect, "--reverse-ws", &url]);
        assert_eq!(process.line(), format!("bot 10001 reverse-ws: {url}"));
        let (fields, _) = head(&listener);
        assert_eq!(fields["request"], "GET /onebot/v11/ws HTTP/1.1");
        for (name, value) in [("x-self-id", "10001"), ("x-client-role", "Universal"), ("user-agent", agent)] {
            assert_eq!(fields[name], value);
        }
    }
}

#[test]
fn every_event_is_played_once_somebody_takes_posts() {
    for (name, _) in IMPLEMENTATIONS {
        every_event_is_posted(name);
    }
}

fn every_event_is_posted(name: &str) {
    let (listener, addr) = bot();
    let url = format!("http://{addr}/");
    let args = ["serve", "--dialect", name, "--webhook", &url, "--secret", "s", "--report-self", "--events", "all"];
    let _process = Running::start(args);
    let dialect = dialect(name);
    let events = dialect.events.values().filter(|event| event.presence == Presence::Current);
    // What every connection is told by itself is nothing that is posted.
    let mut wanted: Vec<&str> =
        events.map(|event| event.name.as_str()).filter(|name| !name.contains("lifecycle")).collect();
    wanted.retain(|name| !name.contains("heartbeat"));
    posts(&listener, |event| {
        let name = dialect.recognise_event(&event).map(|event| event.name.as_str());
        wanted.retain(|wanted| Some(*wanted) != name);
        wanted.is_empty()
    });
}

#[test]
fn a_script_and_a_file_of_accounts_make_a_world() {
    let (first, first_addr) = bot();
    let (second, second_addr) = bot();
    let folder = folder();
    let script = folder.path().join("script.ndjson");
    let steps = "{\"step\": \"say\", \"params\": {\"from\": 20002, \"text\": \"hello\"}}\n{\"pause_ms\": 1}\n";
    fs::write(&script, steps).expect("written");
    let config = folder.path().join("world.toml");
    let accounts = format!(
        "dialect = \"napcat\"\n\n[[account]]\n[[account.webhook]]\nurl = \"http://{first_addr}/\"\n\n\
         [[account]]\n[[account.webhook]]\nurl = \"http://{second_addr}/\"\nreport_self = true\n"
    );
    fs::write(&config, accounts).expect("written");
    let mut process = Running::start(["serve", "--config", arg(&config), "--script", arg(&script)]);
    assert_eq!(process.line(), format!("bot 10001 webhook: http://{first_addr}/"));
    assert_eq!(process.line(), format!("actor 20002 webhook: http://{second_addr}/"));
    let mut ids = Vec::new();
    for (listener, account, kind) in [(&first, 10_001, "message"), (&second, 20_002, "message_sent")] {
        posts(listener, |event| {
            assert_eq!(
                (&event["self_id"], &event["post_type"]),
                (&Value::from(account), &Value::from(kind)),
                "{event}"
            );
            ids.push(event["message_id"].clone());
            true
        });
    }
    assert_ne!(ids[0], ids[1], "each account knows the message by a number of its own");
}

/// A file, and what is said of it.
const WRONG: [(&str, &str); 13] = [
    ("", "no `[[account]]`"),
    ("dialect = 7\n", ":1:11: invalid type"),
    ("[[account]]\nusr = 1\n", ":2:1: unknown field `usr`"),
    ("dialect = \"onebot12\"\n[[account]]\n", "onebot12"),
    ("[[account]]\n[[account.http]]\n", "lacks `listen`"),
    ("[[account]]\n[[account.http]]\nlisten = \"nowhere\"\n", "listen nowhere"),
    ("[[account]]\n[[account.http]]\nurl = \"http://127.0.0.1/\"\n", "`url` is nothing of `http`"),
    (
        "[[account]]\n[[account.webhook]]\nrole = \"api\"\nurl = \"http://127.0.0.1/\"\n",
        "`role` is nothing of `webhook`",
    ),
    (
        "[[account]]\n[[account.webhook]]\nurl = \"http://127.0.0.1/\"\ntoken_env = \"BOTSPEC_NO_SUCH\"\n",
        "BOTSPEC_NO_SUCH",
    ),
    ("[[account]]\nuser = 7\n[[account.webhook]]\nurl = \"http://127.0.0.1/\"\n", "no account 7"),
    ("world = \"tiny\"\n", ":1:9: unknown variant `tiny`, expected one of `default`, `empty`, `big`, `chatty`"),
    ("[[person]]\nuser = 7\nnick = \"x\"\n", ":3:1: unknown field `nick`, expected one of `user`, `nickname`"),
    (
        "[[account]]\n[[account.http]]\nlisten = \"0\"\n[[group]]\ngroup = 9\nname = \"x\"\nowner = 7\n",
        "group 9 names 7, who is not there",
    ),
];

#[test]
fn a_file_describes_people_groups_and_accounts() {
    let folder = folder();
    let file = folder.path().join("world.toml");
    let text = r#"
        dialect = "napcat"
        world = "empty"

        [[account]]
        user = 10010
        [[account.http]]
        listen = "127.0.0.1:0"

        [[person]]
        user = 10010
        nickname = "Bot"
        account = true
        friends = [10011]

        [[person]]
        user = 10011
        nickname = "Zhu"

        [[group]]
        group = 90001
        name = "Readers"
        owner = 10011
        members = [10010]
    "#;
    fs::write(&file, text).expect("written");
    let mut process = Running::start(["serve", "--config", arg(&file)]);
    let line = process.line();
    let address = line.split_once(" http: ").expect("an address").1;
    let friends = post(address, "/get_friend_list", "{}");
    assert_eq!((&friends["data"][0]["nickname"], &friends["data"][1]), (&"Zhu".into(), &Value::Null));
    let groups = post(address, "/get_group_list", "{}");
    assert_eq!((&groups["data"][0]["group_name"], &groups["data"][1]), (&"Readers".into(), &Value::Null));
}

#[test]
fn what_cannot_be_served_is_said_in_a_line() {
    let folder = folder();
    let said = |args: &[&str], wanted: &str| {
        let done = botspec(["serve"].into_iter().chain(args.iter().copied()));
        assert_eq!(done.code, Some(2), "{args:?}\n{}\n{}", done.out, done.err);
        assert!(done.err.contains(wanted), "{args:?}: {}", done.err);
    };
    for (text, wanted) in WRONG {
        let file = folder.path().join("world.toml");
        fs::write(&file, text).expect("written");
        said(&["--config", arg(&file)], wanted);
    }
    let script = folder.path().join("script.ndjson");
    fs::write(&script, "{\"pause_ms\": 1}\n{\"step\": \"dance\"}\n").expect("written");
    said(&["--http", "0", "--script", arg(&script)], "script.ndjson:2: there is no step `dance`");
    said(&["--http", "0", "--events", "notice.dance"], "--events notice.dance: there is all, message.group");
    said(&["--actor-http", "0"], "first one");
    said(&["--reverse-ws", "wss://127.0.0.1:1/"], "ws://");
    said(&["--reverse-ws", "ws://127.0.0.1:99999/"], "there is no port 99999");
    said(&["--reverse-ws", "ws://[::1]:/"], "there is no port");
    said(&["--webhook", "nonsense"], "nonsense: ");
    said(&["--dialect", "napcat", "--reverse-ws-api", "ws://127.0.0.1:1/"], "it has Universal");
    said(&["--http", "0", "--account", "7"], "no account 7");
}
