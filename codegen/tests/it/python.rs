//! The Python package, judged by mypy and pyright as strictly as they can, and tried with what the contracts show.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use botspec_codegen::{python, write_to};
use botspec_schema::Dialect;
use serde_json::json;

use crate::dialects::all;

fn tools() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-tools");
    assert!(tools.join("installed").exists(), "the checkers are not there; `scripts/test-tools` installs them");
    tools.canonicalize().expect("a folder")
}

fn written(dialect: &Dialect) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = python::generate(dialect).unwrap_or_else(|error| panic!("{}: {error}", dialect.name()));
    write_to(&files, folder.path()).expect("written");
    folder
}

#[track_caller]
fn passes(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`"));
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let shown: String = out.chars().take(6000).collect();
    assert!(output.status.success(), "{command:?}:\n{shown}\n{errors}");
    out.into_owned()
}

fn interpreter(folder: &Path) -> Command {
    let mut command = Command::new(tools().join("venv/bin/python"));
    command.current_dir(folder).env("PYTHONPATH", folder.join("src")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// A bot of a few lines, so that the types of events, segments and calls are checked where they are used.
const BOT: &str = r#"
from botspec_onebot11 import Bot, models


async def greet(bot: Bot) -> None:
    async for event in bot:
        if isinstance(event, models.MessageGroup) and event.group_id is not None:
            text = "".join(
                part.data.text or ""
                for part in (event.message if isinstance(event.message, list) else [])
                if isinstance(part, models.TextSegment) and part.data is not None
            )
            sent = await bot.send_group_msg(group_id=event.group_id, message=f"{text}!")
            print(sent.message_id)
        elif isinstance(event, models.NoticeGroupBan):
            print((event.duration or 0) // 60)
"#;

#[test]
fn every_dialect_is_clean_under_mypy_and_pyright() {
    let folder = tempfile::tempdir().expect("a folder");
    for dialect in all() {
        let files = python::generate(dialect).unwrap_or_else(|error| panic!("{}: {error}", dialect.name()));
        write_to(&files, &folder.path().join(dialect.name())).expect("written");
        let (from, to) = (folder.path().join(dialect.name()).join("src"), folder.path().join("src"));
        fs::create_dir_all(&to).expect("a folder");
        for package in fs::read_dir(from).expect("a folder").flatten() {
            fs::rename(package.path(), to.join(package.file_name())).expect("moved");
        }
    }
    fs::write(folder.path().join("src/bot.py"), BOT).expect("written");
    let options = json!({ "include": ["src"], "typeCheckingMode": "strict", "venvPath": tools(), "venv": "venv" });
    fs::write(folder.path().join("pyrightconfig.json"), options.to_string()).expect("written");
    let mypy = ["-m", "mypy", "--strict", "--no-incremental", "src"];
    passes(interpreter(folder.path()).args(mypy).env("MYPYPATH", folder.path().join("src")));
    passes(Command::new(tools().join("node_modules/.bin/pyright")).current_dir(folder.path()));
}

/// What the models are asked.
const ASKED: &str = r#"
import json
from pydantic import TypeAdapter, ValidationError
from botspec_onebot11 import DecodeError, Unknown, decode, models, strict

EVENT = TypeAdapter(models.Event)
frame = {
    "time": 1767225600, "self_id": 10001, "post_type": "message", "message_type": "group", "sub_type": "normal",
    "message_id": 52003, "group_id": "70001", "user_id": 20002, "anonymous": None, "raw_message": "hi", "font": "x",
    "message": [
        {"type": "text", "data": {"text": "hi"}}, {"type": "hologram", "data": {"x": 1}}, {"type": "at", "data": {"qq": []}},
    ],
    "sender": {"user_id": 20002, "nickname": "Lin", "role": "wizard"}, "new": True,
}
event = decode(EVENT, "event", json.dumps(frame))
assert isinstance(event, models.MessageGroup)
assert event.group_id == 70001 and event.font is None and event.sender.role == "wizard"
assert isinstance(event.message[0], models.TextSegment) and isinstance(event.message[1], Unknown)
assert isinstance(event.message[2], models.AtSegment) and event.message[2].data.qq is None
pointers = [it.pointer for it in event.defects]
assert [it for it in pointers if it.startswith("/font")] and [it for it in pointers if it.startswith("/message/2/data/qq")], pointers
assert event.to_dict() == frame and json.loads(event.model_dump_json()) == frame
# One wrong place is one error in strict mode, and an event of no known kind is kept.
with strict():
    try:
        decode(EVENT, "event", json.dumps({**frame, "message": [], "font": "x"}))
        raise SystemExit("it is taken")
    except DecodeError as error:
        assert error.pointer.endswith("/font"), error.pointer
        assert len(error.__cause__.errors()) == 1, error.__cause__.errors()
unknown = decode(EVENT, "event", '{"post_type": "hologram", "a": [1]}')
assert isinstance(unknown, Unknown) and unknown.to_dict() == {"post_type": "hologram", "a": [1]}
for text in ["[]", "7", "{", "null"]:
    try:
        decode(EVENT, "event", text)
        raise SystemExit(f"{text} is taken")
    except DecodeError as error:
        assert error.raw == text
call = models.SendGroupMsgCall(group_id=70001, message=[models.SendTextSegment(data=models.SendTextData(text="hi"))])
assert call.to_dict() == {"group_id": 70001, "message": [{"type": "text", "data": {"text": "hi"}}]}, call.to_dict()
try:
    models.SendGroupMsgCall.model_validate({"group_id": 70001})
    raise SystemExit("it is taken")
except ValidationError as error:
    assert [it["loc"] for it in error.errors()] == [("message",)]
print("asked")
"#;

#[test]
fn what_came_is_kept_and_what_is_sent_is_checked() {
    let dialect = all().into_iter().find(|it| it.name() == "onebot11").expect("the dialect");
    let folder = written(dialect);
    fs::write(folder.path().join("asked.py"), ASKED).expect("written");
    assert_eq!(passes(interpreter(folder.path()).arg("asked.py")), "asked\n");
}

#[test]
fn a_package_is_built() {
    let dialect = all().into_iter().find(|it| it.name() == "milky").expect("the dialect");
    let folder = written(dialect);
    passes(interpreter(folder.path()).args(["-m", "build", "--no-isolation"]));
    let built: Vec<String> = fs::read_dir(folder.path().join("dist"))
        .expect("a folder")
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    for ending in [".whl", ".tar.gz"] {
        assert!(built.iter().any(|name| name.starts_with("botspec_milky-") && name.ends_with(ending)), "{built:?}");
    }
}
