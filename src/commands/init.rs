//! `botspec init`: finds out what a target is and writes its file. `botspec doctor`: states what works and what is missing.
//! Both read, and do nothing else.

use std::fmt::Write;

use botspec_conformance::{ExitCode, Survey, Target, survey};
use botspec_reports::Language;
use botspec_reports::visible::visible_line;
use botspec_schema::Catalog;
use serde_json::json;
use tokio::runtime::Runtime;

use super::target;
use crate::cli::{DoctorArgs, InitArgs, ListFormat};
use crate::failure::{Failure, OK};
use crate::files::{self, Readers};
use crate::{print, style};

/// The fixtures that a target file names first; whatever else is found follows.
const WRITTEN: [&str; 3] = ["friend", "group", "member"];

/// Writes the file of a target.
pub(crate) fn init(args: &InitArgs) -> Result<u8, Failure> {
    if args.out.exists() && !args.force {
        let out = args.out.display();
        return Err(Failure::usage(format!("{out} exists already; name another file with --out, or add --force")));
    }
    let language = args.lang.unwrap_or_else(style::language);
    let target = named(target::target(&args.target)?)?;
    let survey = surveyed(&target, language)?;
    print::text(&connections(&survey, language))?;
    let text = file(&target, &survey);
    let cannot = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", args.out.display()));
    files::write_whole(&args.out, Readers::Owner, |out| out.write_all(text.as_bytes())).map_err(cannot)?;
    let out = args.out.display();
    print::text(&match language {
        Language::En => format!("written to {out}; check it with `botspec doctor --target {out}`\n"),
        Language::Zh => format!("已写入 {out}；可用 `botspec doctor --target {out}` 检查\n"),
    })?;
    Ok(if survey.is_reached() { OK } else { ExitCode::Unreachable.code() })
}

/// States what works on a target, what is missing, and how to get it.
pub(crate) fn doctor(args: &DoctorArgs) -> Result<u8, Failure> {
    let language = args.lang.unwrap_or_else(style::language);
    let target = named(target::target(&args.target)?)?;
    let survey = surveyed(&target, language)?;
    match args.format {
        ListFormat::Json => print::json(&json!(survey))?,
        ListFormat::Text => print::text(&report(&target, &survey, language))?,
    }
    Ok(if survey.is_reached() { OK } else { ExitCode::Unreachable.code() })
}

fn named(target: Option<Target>) -> Result<Target, Failure> {
    target.ok_or_else(|| Failure::usage("name the target with --http, --ws, --reverse-ws or --target"))
}

fn surveyed(target: &Target, language: Language) -> Result<Survey, Failure> {
    let runtime = Runtime::new().map_err(|error| Failure::usage(format!("no async runtime: {error}")))?;
    for line in target::to_enter(target) {
        eprintln!("botspec: {}", language.of(&line));
    }
    let found = runtime.block_on(survey(Catalog::builtin(), target.clone()));
    found.map_err(|error| Failure::usage(error.to_string()))
}

/// Whether anybody is there, and who.
fn connections(survey: &Survey, language: Language) -> String {
    let mut text = String::new();
    for endpoint in &survey.endpoints {
        let connected = language.pick("connected", "已连接").to_owned();
        let state = endpoint.problem.as_ref().map_or(connected, |problem| visible_line(language.of(problem)));
        let _ = writeln!(text, "{:<11} {:<32} {state}", endpoint.transport.as_str(), endpoint.address);
    }
    let build = survey.implementation.iter().chain(&survey.version).map(|it| visible_line(it)).collect::<Vec<_>>();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<11} {value}");
    };
    line("build", if build.is_empty() { "unknown".to_owned() } else { build.join(" ") }.as_str());
    for likeness in &survey.likenesses {
        let (present, asked) = (likeness.present, likeness.asked);
        line(
            &likeness.dialect,
            &match language {
                Language::En => format!("has {present} of {asked} reads"),
                Language::Zh => format!("{asked} 个只读动作中有 {present} 个"),
            },
        );
    }
    if let Some(account) = &survey.account {
        line("account", &visible_line(&account.to_string()));
    }
    for (name, value) in &survey.fixtures {
        line(name, &visible_line(&value.to_string()));
    }
    text
}

fn report(target: &Target, survey: &Survey, language: Language) -> String {
    let mut text = connections(survey, language);
    if let Some(nearest) = survey.nearest.as_deref().filter(|nearest| *nearest != target.dialect) {
        let _ = match language {
            Language::En => writeln!(text, "the nearest dialect is {nearest}: try --dialect {nearest}"),
            Language::Zh => writeln!(text, "最接近的方言是 {nearest}：可尝试 --dialect {nearest}"),
        };
    }
    let checks = &survey.checks;
    let allowed: Vec<String> = target.allow.iter().map(|effect| effect.as_str().to_owned()).collect();
    let _ = writeln!(text, "allowed     {}", allowed.join(", "));
    let (ready, all) = (checks.ready, checks.all);
    let _ = match language {
        Language::En => writeln!(text, "\n{ready} of {all} checks have what they need"),
        Language::Zh => writeln!(text, "\n{all} 项检查中有 {ready} 项所需条件齐备"),
    };
    for (effect, number) in &checks.not_allowed {
        let word = effect.as_str();
        let _ = match language {
            Language::En => writeln!(text, "{number:>6} need the effect {word}: allow it with --allow {word}"),
            Language::Zh => writeln!(text, "{number:>6} 项需要影响类别 {word}：用 --allow {word} 允许"),
        };
    }
    for (what, number) in &checks.missing {
        let how = how_to_declare(what, language);
        let _ = match language {
            Language::En => writeln!(text, "{number:>6} need {what}: declare with {how}"),
            Language::Zh => writeln!(text, "{number:>6} 项需要 {what}：用 {how} 声明"),
        };
    }
    if target.actor.is_none() {
        text.push_str(language.pick(
            "       a second account provokes more events: --actor-http or --actor-ws URL\n",
            "       第二个账号可以触发更多事件：--actor-http 或 --actor-ws URL\n",
        ));
    }
    text
}

/// How fixtures are declared that have flags, and how others are.
fn how_to_declare(what: &str, language: Language) -> String {
    if what.split(", ").all(|name| WRITTEN.contains(&name)) {
        return what.split(", ").map(|name| format!("--{name} ID")).collect::<Vec<_>>().join(" ");
    }
    let other = language.pick(
        "[fixtures] in the target file, or an effect that lets botspec make one",
        "目标文件中的 [fixtures]，或允许相应影响类别让 botspec 生成",
    );
    other.to_owned()
}

/// The file of a target, with what was found and what else can be set.
fn file(target: &Target, survey: &Survey) -> String {
    let quoted = files::toml_text;
    let mut text =
        String::from("# A target of botspec. `botspec doctor --target FILE` says what works and what is missing.\n\n");
    let name = survey.implementation.as_deref().unwrap_or(&target.name);
    let _ = writeln!(text, "name = {}", quoted(name));
    let _ = writeln!(text, "dialect = {}", quoted(&target.dialect));
    if let Some(version) = &survey.version {
        let _ = writeln!(text, "# version = {}  # as the target reports it", quoted(version));
    }
    text.push_str("\n# What checks may do besides reading: send, write, destructive, lifecycle.\n");
    let allow: Vec<String> = target.allow.iter().map(|effect| quoted(effect.as_str())).collect();
    let _ = writeln!(text, "allow = [{}]", allow.join(", "));
    if let Some(ca) = &target.ca {
        let _ = writeln!(
            text,
            "ca = {}  # trusted besides the authorities of the machine",
            quoted(&ca.path.to_string_lossy())
        );
    }
    text.push_str("# disposable = true  # the account is there for tests alone: any value may be tried on it\n");
    text.push_str("# private = true     # nobody else reads the reports: names and texts of people are not masked\n");
    for (endpoint, token) in survey.endpoints.iter().map(|it| (it, target.token(it.transport))) {
        let _ = writeln!(text, "\n[{}]", endpoint.transport.as_str());
        match target.listen(endpoint.transport) {
            Some(listen) => {
                let _ = writeln!(
                    text,
                    "listen = {}  # enter {} in the implementation",
                    quoted(&listen.addr.to_string()),
                    endpoint.address
                );
            }
            None => {
                let _ = writeln!(text, "url = {}", quoted(&endpoint.address));
            }
        }
        let variable = token.map(|token| token.variable().unwrap_or("BOTSPEC_TOKEN"));
        let _ = match variable {
            Some(variable) => writeln!(text, "token_env = {}", quoted(variable)),
            None => writeln!(text, "# token_env = \"BOTSPEC_TOKEN\"  # the variable that holds the access token"),
        };
    }
    text.push_str("\n# Who and what checks may use. Nothing but this is touched.\n[fixtures]\n");
    for name in WRITTEN {
        let value = survey.fixtures.get(name);
        let declared = target.fixtures.iter().any(|(fixture, _)| json!(fixture) == name);
        let value = value.map_or("0".to_owned(), ToString::to_string);
        let (mark, note) = if declared { ("", "") } else { ("# ", "  # found; remove the # to have it used") };
        let _ = writeln!(text, "{mark}{name} = {value}{note}");
    }
    text.push_str("\n# [limits]\n# timeout_ms = 15000\n# send_pause_ms = 1000\n# [limits.calls]\n# send = 30\n");
    text
}
