//! How a changed answer is reported, the same in every format.

use crate::record::{AnswerChange, ChangedAnswer, Run, Text, cut};
use crate::visible::visible_line;
use crate::words::Language;

/// How many bytes of a change are shown in a line.
const LONGEST: usize = 300;

/// The heading above changed answers.
pub(crate) fn heading() -> Text {
    Text::both("Changed answers", "回答有变化")
}

/// What is not as in the snapshots, what breaks a bot first.
pub(crate) fn of(run: &Run) -> Vec<&ChangedAnswer> {
    let mut changes: Vec<_> = run.footer.iter().flat_map(|footer| &footer.changed_answers).collect();
    changes.sort_by(|a, b| (a.kind, &a.snapshot, &a.pointer).cmp(&(b.kind, &b.snapshot, &b.pointer)));
    changes
}

/// Whether it may break a bot, as a sign.
pub(crate) fn sign(change: &ChangedAnswer) -> &'static str {
    if change.kind.is_worse() { "✕" } else { "~" }
}

/// Where it changed.
pub(crate) fn place(change: &ChangedAnswer) -> String {
    format!("{} {}", change.snapshot, change.pointer)
}

/// What changed, in a sentence without its full stop.
pub(crate) fn sentence(change: &ChangedAnswer) -> Text {
    let ChangedAnswer { before, now, .. } = change;
    match change.kind {
        AnswerChange::Lost => Text::both(format!("gone; was {before}"), format!("不再出现；原为 {before}")),
        AnswerChange::Seldom => Text::both("sometimes missing; was always there", "有时缺少；原来总是出现"),
        AnswerChange::Retyped => {
            Text::both(format!("is now {now}; was {before}"), format!("类型变为 {now}；原为 {before}"))
        }
        AnswerChange::Value => {
            Text::both(format!("is now {now}; was {before}"), format!("值变为 {now}；原为 {before}"))
        }
        AnswerChange::Added => Text::both(format!("new: {now}"), format!("新出现：{now}")),
    }
}

/// One changed answer in a line of text.
pub fn line(change: &ChangedAnswer, language: Language) -> String {
    let sentence = sentence(change);
    let text = format!("{} {}: {}", sign(change), place(change), language.of(&sentence));
    visible_line(cut(&text, LONGEST))
}
