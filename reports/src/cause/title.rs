//! A defect in one sentence.

use super::CauseGroup;
use super::key::{BEHAVIOUR, MISSING, TYPE as WRONG_TYPE, UNDEFINED};
use super::place::{ACTION, ANY, BOT, ENVELOPE, EVENT, SEGMENT, TYPE};
use crate::group::Group;
use crate::record::Text;

/// What is wrong, in one sentence without its full stop.
pub(super) fn title(group: &CauseGroup<'_>) -> Text {
    let cause = &group.cause;
    if group.group == Group::Stale {
        let id = group.checks.first().map_or("", |check| check.id.as_str());
        return Text::both(
            format!("`{id}` passes, though a waiver expects it to fail"),
            format!("`{id}` 通过了，但豁免写明它会失败"),
        );
    }
    let is_contract =
        cause.place.split('/').nth(1).is_some_and(|area| [ACTION, EVENT, SEGMENT, TYPE, ENVELOPE].contains(&area));
    if cause.defect == BEHAVIOUR || (cause.pointer.is_empty() && !is_contract) {
        return group.example().map_or_else(|| cause.place.as_str().into(), |it| without_stop(&it.sentence));
    }
    let Text { en: place, zh: place_zh } = place(&cause.place);
    if cause.pointer.is_empty() {
        return Text::both(format!("{} is not as defined", capital(&place)), format!("{place_zh}不符合定义"));
    }
    let at = &cause.pointer;
    match cause.defect.as_str() {
        MISSING => Text::both(format!("`{at}` is missing in {place}"), format!("{place_zh}缺少 `{at}`")),
        UNDEFINED => Text::both(format!("`{at}` in {place} is not defined"), format!("{place_zh}多出未定义的 `{at}`")),
        WRONG_TYPE => {
            Text::both(format!("`{at}` in {place} has the wrong type"), format!("{place_zh}中 `{at}` 的类型不对"))
        }
        _ => Text::both(format!("`{at}` in {place} has a wrong value"), format!("{place_zh}中 `{at}` 的取值不对")),
    }
}

/// A place as people call it.
fn place(place: &str) -> Text {
    let mut parts = place.splitn(3, '/').skip(1);
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        (ACTION, name) => Text::both(format!("the response of `{name}`"), format!("`{name}` 的响应")),
        (EVENT, ANY) => Text::both("several events", "多个事件"),
        (EVENT, name) => Text::both(format!("event `{name}`"), format!("事件 `{name}` ")),
        (SEGMENT, name) => Text::both(format!("segment `{name}`"), format!("消息段 `{name}` ")),
        (TYPE, name) => Text::both(format!("`{name}` (a shared type)"), format!("`{name}`（公共类型）")),
        (BOT, call) => {
            let action = call.split('/').next().unwrap_or_default();
            Text::both(format!("a call of `{action}`"), format!("对 `{action}` 的调用"))
        }
        (ENVELOPE, "") => Text::both("the response envelope", "响应信封"),
        _ => Text::both(format!("what `{place}` requires"), format!("`{place}` 要求的内容")),
    }
}

fn without_stop(text: &Text) -> Text {
    let cut = |text: &str| text.trim_end().trim_end_matches(['.', '。']).to_owned();
    Text::both(cut(&text.en), cut(&text.zh))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
