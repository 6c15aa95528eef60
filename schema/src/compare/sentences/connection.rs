//! Sentences about what is around every call and event.

use serde_json::Value;

use super::super::settings::{Both, Setting};
use super::{Said, Words, code};
use crate::model::{FailureKind, Text, WsRole};

impl Words<'_> {
    pub(in super::super) fn transport(self, title: &str, has: bool) -> Said {
        let (en, zh) = if has {
            ("{to} speaks {title}.", "{to} 支持 {title}。")
        } else {
            ("{to} does not speak {title}.", "{to} 不支持 {title}。")
        };
        self.say_with(en, zh, &[("title", title)])
    }

    pub(in super::super) fn calls_over_ws(self, has: bool) -> Said {
        if has {
            self.say("{to} takes calls over a WebSocket.", "{to} 可以通过 WebSocket 调用动作。")
        } else {
            self.say(
                "{to} takes no calls over a WebSocket, only over HTTP.",
                "{to} 不能通过 WebSocket 调用动作，只能使用 HTTP。",
            )
        }
    }

    pub(in super::super) fn token_in_query(self, wire: &str, from: Option<&str>, to: Option<&str>) -> Said {
        let (en, zh) = match (from, to) {
            (_, None) => (
                "{to} does not read the token in the query (`{was}`) over {wire}.",
                "{to} 在 {wire} 上不读取 query 中的 token（`{was}`）。",
            ),
            (None, _) => (
                "{to} reads the token in the query (`{is}`) over {wire} as well.",
                "{to} 在 {wire} 上还读取 query 中的 token（`{is}`）。",
            ),
            _ => (
                "Over {wire} the token in the query is called `{is}`, not `{was}`.",
                "在 {wire} 上，query 中的 token 参数是 `{is}`，而不是 `{was}`。",
            ),
        };
        let (was, is) = (from.unwrap_or("none"), to.unwrap_or("none"));
        self.say_with(en, zh, &[("wire", wire), ("was", was), ("is", is)]).between(was, is)
    }

    pub(in super::super) fn members_gone(self, setting: &Setting, gone: &[String]) -> Said {
        let values = [("title", setting.title.0), ("title_zh", setting.title.1)];
        let (list, list_zh) = (code(gone, ", "), code(gone, "、"));
        let values = [&values[..], &[("list", &list), ("list_zh", &list_zh)]].concat();
        self.say_with("{title}: {to} does not have {list}.", "{title_zh}：{to} 没有 {list_zh}。", &values)
            .between(gone.join(", "), "none")
    }

    pub(in super::super) fn members_added(self, setting: &Setting, added: &[String]) -> Said {
        let values = [("title", setting.title.0), ("title_zh", setting.title.1)];
        let (list, list_zh) = (code(added, ", "), code(added, "、"));
        let values = [&values[..], &[("list", &list), ("list_zh", &list_zh)]].concat();
        self.say_with("{title}: {to} also has {list}.", "{title_zh}：{to} 还有 {list_zh}。", &values)
            .between("none", added.join(", "))
    }

    pub(in super::super) fn ability(self, (en, zh): Both) -> Said {
        self.say(en, zh)
    }

    pub(in super::super) fn other_value(self, setting: &Setting, from: Option<&Value>, to: Option<&Value>) -> Said {
        let (was, is) = (shown(from), shown(to));
        let values = [("title", setting.title.0), ("title_zh", setting.title.1), ("was", &was), ("is", &is)];
        let (en, zh) = match (from, to) {
            (_, None) => ("{title}: {to} has none; `{was}` in {from}.", "{title_zh}：{to} 没有，{from} 中是 `{was}`。"),
            (None, _) => ("{title}: `{is}`; {from} has none.", "{title_zh}：`{is}`，{from} 没有。"),
            _ => ("{title}: `{is}`, not `{was}`.", "{title_zh}：`{is}`，而不是 `{was}`。"),
        };
        self.say_with(en, zh, &values).between(was, is)
    }

    pub(in super::super) fn some_setting(self, pointer: &str, from: &Value, to: &Value) -> Said {
        let (was, is) = (shown(Some(from)), shown(Some(to)));
        let values = [("pointer", pointer), ("was", &was), ("is", &is)];
        self.say_with("`{pointer}`: `{is}`, not `{was}`.", "`{pointer}`：`{is}`，而不是 `{was}`。", &values)
            .between(was, is)
    }

    pub(in super::super) fn path_gone(self, path: Option<&str>) -> Said {
        let (path, path_zh) = path_words(path);
        let (en, zh) = ("{to} serves no WebSocket on {path}.", "{to} 的 WebSocket 不提供{path_zh}。");
        self.say_with(en, zh, &[("path", &path), ("path_zh", &path_zh)])
    }

    pub(in super::super) fn path_added(self, path: Option<&str>) -> Said {
        let (path, path_zh) = path_words(path);
        let (en, zh) = ("{to} serves a WebSocket on {path}.", "{to} 的 WebSocket 还提供{path_zh}。");
        self.say_with(en, zh, &[("path", &path), ("path_zh", &path_zh)])
    }

    pub(in super::super) fn path_carries(self, path: Option<&str>, role: WsRole, now: bool) -> Said {
        let (path, path_zh) = path_words(path);
        let (en, zh) = match (role == WsRole::Api, now) {
            (true, true) => ("A connection to {path} carries calls as well.", "{path_zh} 上还可以调用动作。"),
            (true, false) => ("A connection to {path} carries no calls.", "{path_zh} 上不能调用动作。"),
            (false, true) => ("A connection to {path} carries events as well.", "{path_zh} 上还会推送事件。"),
            (false, false) => ("A connection to {path} carries no events.", "{path_zh} 上不会推送事件。"),
        };
        self.say_with(en, zh, &[("path", &path), ("path_zh", &path_zh)])
    }

    pub(in super::super) fn failure(self, wire: &str, kind: FailureKind, (was, is): (&Text, &Text)) -> Said {
        let (what, what_zh) = kind_words(kind);
        let values = [("what", what), ("what_zh", what_zh), ("wire", wire), ("was", &was.en), ("is", &is.en)];
        let values = [&values[..], &[("was_zh", &was.zh), ("is_zh", &is.zh)]].concat();
        let (en, zh) =
            ("{what} over {wire}: {is}; in {from} {was}.", "{wire} 上{what_zh}：{is_zh}；{from} 中是 {was_zh}。");
        self.say_with(en, zh, &values).between(&*was.en, &*is.en)
    }

    pub(in super::super) fn failure_gone(self, kind: FailureKind) -> Said {
        let (what, what_zh) = kind_words(kind);
        let (en, zh) = ("{to} knows no such failure: {what}.", "{to} 没有这种失败：{what_zh}。");
        self.say_with(en, zh, &[("what", what), ("what_zh", what_zh)])
    }

    pub(in super::super) fn failure_added(self, kind: FailureKind, is: &Text) -> Said {
        let (what, what_zh) = kind_words(kind);
        let values = [("what", what), ("what_zh", what_zh), ("is", &is.en), ("is_zh", &is.zh)];
        self.say_with("{what}: {is}.", "{what_zh}：{is_zh}。", &values).between("none", &*is.en)
    }
}

fn path_words(path: Option<&str>) -> (String, String) {
    match path {
        Some(path) => (format!("`{path}`"), format!("路径 `{path}`")),
        None => ("any other path".to_owned(), "其他任意路径".to_owned()),
    }
}

fn kind_words(kind: FailureKind) -> (&'static str, &'static str) {
    match kind {
        FailureKind::TokenMissing => ("a missing token", "缺少 token 时"),
        FailureKind::TokenWrong => ("a wrong token", "token 错误时"),
        FailureKind::UnsupportedContentType => ("a content type that is not spoken", "内容类型不受支持时"),
        FailureKind::MalformedBody => ("a body or frame that does not parse", "正文或数据帧无法解析时"),
        FailureKind::UnknownAction => ("an unknown action", "动作不存在时"),
        FailureKind::InvalidParams => ("wrong parameters", "参数有误时"),
        FailureKind::ActionFailed => ("an action that does not succeed", "动作执行失败时"),
        FailureKind::NotLoggedIn => ("no account logged in", "没有登录账号时"),
    }
}

/// A value of a setting as people write it.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "\"\"".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.iter().map(|value| shown(Some(value))).collect::<Vec<_>>().join(", "),
        Some(value) => value.to_string(),
    }
}
