//! What the contracts state beside their schemas, in words and as annotations.

use serde_json::{Map, Value, json};

use crate::annotations::ALIASES;
use crate::dialect::Dialect;
use crate::model::{Action, Deprecation, FailureKind, Presence, Schema, Source, Text};

/// Whether a build has the thing, or only a document mentions it.
pub(super) const PRESENCE: &str = "x-botspec-presence";

/// The version of the dialect that introduced the thing.
pub(super) const SINCE: &str = "x-botspec-since";

/// English and Chinese, a paragraph each.
pub(super) fn both(text: &Text) -> String {
    format!("{}\n\n{}", text.en, text.zh)
}

/// What a dialect is, and how its actions may be called beside what their names state.
pub(super) fn of_dialect(dialect: &Dialect) -> String {
    let file = &dialect.file;
    let mut lines = vec![both(&file.summary)];
    if let Some(suffixes) = &file.suffixes {
        let (deferred, limited) = (code(&suffixes.deferred), code(&suffixes.rate_limited));
        lines.push(match file.envelope.outcomes.deferred {
            Some(_) => format!(
                "Every action may be called with {deferred} (answered at once) or {limited} (answered at once, done in a \
                 queue with pauses) after its name. / 动作名后可加 {deferred}（立即应答）或 {limited}（立即应答，排队慢慢做）。"
            ),
            None => format!(
                "Every action may be called with {deferred} or {limited} after its name, which changes nothing. / \
                 动作名后可加 {deferred} 或 {limited}，效果不变。"
            ),
        });
    }
    lines.join("\n\n")
}

/// A schema that states what it is about, unless it does already.
pub(super) fn described(schema: &Schema, text: &Text) -> Schema {
    let mut schema = schema.clone();
    if let Some(keywords) = schema.as_object_mut() {
        keywords.entry("description").or_insert_with(|| both(text).into());
    }
    schema
}

/// One line on a thing; that no build has it is seen in every list.
pub(super) fn headline(text: &Text, presence: Presence) -> String {
    match presence {
        Presence::Current | Presence::Later => text.en.clone(),
        Presence::DocumentedOnly => format!("{} (documented only)", text.en),
    }
}

/// Everything about an action that is no schema, in Markdown: the Chinese summary first, for the English one stands
/// above it.
pub(super) fn about(action: &Action) -> String {
    let mut lines = vec![action.summary.zh.clone()];
    if action.presence == Presence::DocumentedOnly {
        lines.push("A document describes it, no build has it. / 仅见于文档，没有构建提供。".to_owned());
    }
    lines.extend(action.deprecated.as_ref().map(deprecation));
    lines.push(format!("Effect / 影响: `{}`", word(&action.effect)));
    for (what, fixtures) in [("Needs / 需要", &action.fixtures()), ("Uses up / 消耗", &action.spends)] {
        if !fixtures.is_empty() {
            lines.push(format!("{what}: {}", fixtures.iter().map(word).map(code).collect::<Vec<_>>().join(", ")));
        }
    }
    if !action.aliases.is_empty() {
        lines.push(format!("Also called / 别名: {}", action.aliases.iter().map(code).collect::<Vec<_>>().join(", ")));
    }
    if action.streams {
        lines.push("Answers in parts, each an answer by itself. / 分多次应答，每次都是完整的应答。".to_owned());
    }
    lines.extend(alternatives(&action.params));
    lines.extend(other_names(&action.params));
    lines.join("\n\n")
}

/// Which sets of parameters a call needs one of.
fn alternatives(params: &Schema) -> Option<String> {
    let sets = params.get("anyOf")?.as_array()?;
    let sets = sets.iter().filter_map(|set| set.get("required")?.as_array());
    let sets: Vec<String> =
        sets.map(|names| names.iter().filter_map(Value::as_str).map(code).collect::<Vec<_>>().join(" + ")).collect();
    Some(format!("At least one of / 至少其一: {}", sets.join("; ")))
}

fn other_names(params: &Schema) -> Option<String> {
    let properties = params.get("properties")?.as_object()?;
    let names: Vec<String> = properties
        .iter()
        .flat_map(|(name, schema)| aliases(schema).map(move |alias| format!("`{alias}` = `{name}`")))
        .collect();
    (!names.is_empty()).then(|| format!("Other names of parameters / 参数别名: {}", names.join(", ")))
}

/// From when on a thing should not be used any more.
pub(super) fn deprecation(deprecated: &Deprecation) -> String {
    let since = &deprecated.since;
    match &deprecated.instead {
        Some(instead) => format!("Deprecated since {since}; use {instead}. / 自 {since} 起弃用，请改用 {instead}。"),
        None => format!("Deprecated since {since}. / 自 {since} 起弃用。"),
    }
}

/// The annotations of an action.
pub(super) fn annotations(action: &Action, declared_in: &str) -> Map<String, Value> {
    let mut found = Map::new();
    found.insert("x-botspec-effect".into(), json!(action.effect));
    for (key, fixtures) in [("x-botspec-needs", &action.fixtures()), ("x-botspec-spends", &action.spends)] {
        if !fixtures.is_empty() {
            found.insert(key.into(), json!(fixtures));
        }
    }
    if !action.aliases.is_empty() {
        found.insert("x-botspec-aliases".into(), json!(action.aliases));
    }
    for (key, holds) in [("x-botspec-always-async", action.always_async), ("x-botspec-streams", action.streams)] {
        if holds {
            found.insert(key.into(), json!(true));
        }
    }
    found.extend(common(action.presence, action.since.as_deref(), declared_in, &action.sources));
    found
}

/// The annotations that actions and events share.
pub(super) fn common(
    presence: Presence,
    since: Option<&str>,
    declared_in: &str,
    sources: &[Source],
) -> Map<String, Value> {
    let mut found = Map::new();
    if presence == Presence::DocumentedOnly {
        found.insert(PRESENCE.into(), json!(presence));
    }
    if let Some(since) = since {
        found.insert(SINCE.into(), json!(since));
    }
    found.insert("x-botspec-declared-in".into(), json!(declared_in));
    found.insert("x-botspec-sources".into(), json!(sources));
    found
}

/// A way in which a call fails, with what distinguishes it from others.
pub(super) fn failure(kind: FailureKind, told_by: Option<String>) -> String {
    let told_by = told_by.map(|word| format!(" ({word})")).unwrap_or_default();
    format!("{}{told_by}: {}", code(word(&kind)), sentence(kind))
}

const fn sentence(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::TokenMissing => "A token is set and the call has none. / 设了令牌而调用未带。",
        FailureKind::TokenWrong => "The call has another token. / 令牌不对。",
        FailureKind::UnsupportedContentType => "The content type of the body is not spoken. / 不支持请求体的类型。",
        FailureKind::MalformedBody => "The body does not parse. / 请求体无法解析。",
        FailureKind::UnknownAction => "There is no such action. / 没有这个动作。",
        FailureKind::InvalidParams => "A parameter is missing or of the wrong type. / 缺少参数或类型不对。",
        FailureKind::ActionFailed => "The action was tried and did not succeed. / 执行了但没有成功。",
        FailureKind::NotLoggedIn => "No account is logged in. / 没有账号登录。",
    }
}

/// The word that a value of the model has in a contract.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

/// A word in Markdown that is to be taken literally.
pub(super) fn code(word: impl std::fmt::Display) -> String {
    format!("`{word}`")
}

/// Other names of a parameter.
pub(super) fn aliases(schema: &Schema) -> impl Iterator<Item = &str> {
    schema.get(ALIASES).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
