//! The TypeScript types, judged by the TypeScript compiler: they are strict, narrow, and take what the contracts show.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use botspec_codegen::{typescript, write_to};
use botspec_schema::Dialect;
use serde_json::{Value, json};

use crate::dialects::all;

/// The compiler that `scripts/test-tools` installs.
fn compiler() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-tools/node_modules/.bin/tsc")
}

/// Compiles every file in a folder as strictly as the compiler can; this is what it has to say.
fn compile(folder: &Path) -> String {
    let options = json!({
        "compilerOptions": { "strict": true, "noEmit": true, "module": "nodenext", "target": "es2022",
            "lib": ["es2022", "dom"], "types": [],
            "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true, "verbatimModuleSyntax": true },
        "include": ["**/*.ts"], "exclude": ["node_modules"],
    });
    fs::write(folder.join("tsconfig.json"), options.to_string()).expect("written");
    fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).expect("written");
    let mut command = Command::new(compiler());
    command.arg("-p").arg(folder);
    let output = command.output().unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`"));
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn written(dialect: &Dialect) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = typescript::generate(dialect).unwrap_or_else(|error| panic!("{}: {error}", dialect.name()));
    write_to(&files, &folder.path().join("dialect")).expect("written");
    folder
}

/// What a contract shows, as values of the types that were made from it. Examples show whole calls, so that each has to
/// be taken as it is.
fn uses(dialect: &Dialect) -> String {
    let mut text = "import type { Actions } from \"./dialect/src/index.js\";\n".to_owned();
    for action in dialect.actions.values() {
        let name = Value::from(action.name.as_str());
        for example in &action.examples {
            let _ = writeln!(text, "({}) satisfies Actions[{name}][\"params\"];", json!(example.params));
            let _ = writeln!(text, "({}) satisfies Actions[{name}][\"result\"];", json!(example.result));
        }
    }
    text
}

#[test]
fn every_dialect_compiles_and_takes_its_own_examples() {
    for dialect in all() {
        let folder = written(dialect);
        fs::write(folder.path().join("uses.ts"), uses(dialect)).expect("written");
        let problems = compile(folder.path());
        assert!(problems.is_empty(), "{}:\n{}", dialect.name(), problems.chars().take(4000).collect::<String>());
    }
}

/// Compiles a piece of code beside a dialect's types.
fn problems_of(dialect: &str, code: &str) -> String {
    let dialect = all().into_iter().find(|it| it.name() == dialect).expect("the dialect");
    let folder = written(dialect);
    fs::write(folder.path().join("code.ts"), code).expect("written");
    compile(folder.path())
}

#[test]
fn segments_events_and_calls_narrow() {
    let code = r#"
import type { Call, Event, ReceivedMessage, Segment } from "./dialect/src/index.js";

export function words(event: Event): string {
  if (event.post_type === "notice" && event.notice_type === "group_ban") {
    const minutes: number = event.duration / 60;
    return `${event.operator_id} ${minutes}`;
  }
  if (event.post_type === "message" && event.message_type === "group") {
    const message: ReceivedMessage = event.message;
    if (typeof message === "string") return message;
    return message.map((part) => (part.type === "text" ? part.data.text : part.type)).join("");
  }
  return event.post_type;
}

export async function greet(call: Call): Promise<string> {
  const hello: Segment[] = [{ type: "text", data: { text: "hello" } }, { type: "face", data: { id: "1" } }];
  const sent = await call("send_group_msg", { group_id: 70001, message: hello });
  const id: number = sent.message_id;
  const me = await call("get_login_info");
  return `${me.nickname} ${id}`;
}
"#;
    assert_eq!(problems_of("onebot11", code), "");
}

#[test]
fn what_is_wrong_does_not_compile() {
    for (wrong, named) in [
        (r#"call("send_group_msg", { group_id: 70001 });"#, "message"),
        (r#"call("send_group_msg", { group_id: "g", message: "hello" });"#, "number"),
        (r#"call("get_msg");"#, "get_msg"),
        (r#"call("get_mgs", {});"#, "get_mgs"),
        (r#"call("send_group_msg", { group_id: 70001, message: [{ type: "text", data: {} }] });"#, "text"),
    ] {
        let code =
            format!("import type {{ Call }} from \"./dialect/src/index.js\";\ndeclare const call: Call;\n{wrong}\n");
        let problems = problems_of("onebot11", &code);
        assert!(problems.contains("code.ts") && problems.contains(named), "{wrong}: {problems}");
    }
}

/// What `npm pack` makes of a package, with the compiler that the tests have.
#[test]
fn a_package_is_packed_with_what_it_exports() {
    let dialect = all().into_iter().find(|it| it.name() == "milky").expect("the dialect");
    let folder = written(dialect);
    let package = folder.path().join("dialect");
    let modules = compiler().ancestors().nth(2).expect("a folder").to_owned();
    std::os::unix::fs::symlink(modules, package.join("node_modules")).expect("a link");
    let output = Command::new("npm").args(["pack", "--json"]).current_dir(&package).output().expect("npm runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    // What the compiler says while it builds comes first.
    let report: Value = serde_json::from_str(&text[text.find("[\n").expect("a list")..]).expect("npm says JSON");
    let files = report[0]["files"].as_array().expect("files");
    let files: Vec<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
    for wanted in
        ["package.json", "README.md", "dist/index.js", "dist/index.d.ts", "dist/client.js", "dist/client.d.ts"]
    {
        assert!(files.contains(&wanted), "{wanted} is not in {files:?}");
    }
    assert!(!files.iter().any(|file| file.contains("node_modules")), "{files:?}");
}
