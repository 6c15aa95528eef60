//! A segment means the same as a code in a string, alone, and in an array.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{MessageForm, Segment, SegmentExample};
use serde_json::Value;

use super::sent::not_sent;
use super::{conversation, message, ready};
use crate::check_context::CheckContext;
use crate::checks::compare;
use crate::checks::{CheckTemplate, messages};
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::unit::Body;
use crate::unit::only;

const FORMS: CheckTemplate = CheckTemplate {
    name: "forms",
    should: false,
    sentence: None,
    sends: ("each example of the contract in each form", "契约中的每个示例，以各种形式发送"),
    expects: (
        "each form is accepted, and the messages that are read back are the same",
        "各形式均被接受，读回的消息相同",
    ),
};

pub(super) fn checks(segment: &Segment) -> (Vec<&'static CheckTemplate>, Body) {
    let segment = Arc::new(segment.clone());
    let body: Body = Arc::new(move |cx| {
        let segment = Arc::clone(&segment);
        Box::pin(async move { only(run(cx, &segment).await) })
    });
    (vec![&FORMS], body)
}

async fn run(cx: &mut CheckContext, segment: &Segment) -> CheckResult {
    ready(cx, segment).await?;
    for example in segment.examples.iter().filter(|example| example.send.is_some()) {
        one(cx, segment, example).await.map_err(|why| why.titled(&example.title))?;
    }
    Ok(())
}

async fn one(cx: &mut CheckContext, segment: &Segment, example: &SegmentExample) -> CheckResult {
    let conversation = conversation(cx, segment)?;
    let array = message(cx, segment, &conversation, example.send.as_ref().unwrap_or(&Value::Null)).await?;
    let mut forms = vec![("an array", "数组", array.clone())];
    let taken = cx.contract().file().message_forms.send.clone();
    if taken.contains(&MessageForm::Segment)
        && let Some(alone) = array.as_array().filter(|all| all.len() == 1).and_then(|all| all.first())
    {
        forms.push(("one segment", "单个消息段", alone.clone()));
    }
    if segment.cq
        && taken.contains(&MessageForm::String)
        && let Some(string) = cx.contract().write_string(&array)
    {
        forms.push(("a string", "字符串", string.into()));
    }
    let mut read = Vec::new();
    for (en, zh, form) in forms {
        let id = match messages::send_accepted(cx, &conversation, &form, None).await {
            Ok(id) => id,
            // Where not even the first form is taken, there is nothing to compare.
            Err(why @ NotPassed::Failed(_)) if read.is_empty() => return Err(not_sent(cx, segment, &why)),
            Err(why) => return Err(why.titled_in(en, zh)),
        };
        let segments = messages::read(cx, &conversation, &id).await?;
        let stable: Vec<Value> = segments.iter().map(|it| stable(cx, it)).collect();
        read.push((en, zh, Value::Array(stable)));
    }
    let [(first_en, first_zh, first), others @ ..] = &read[..] else { return Ok(()) };
    for (en, zh, other) in others {
        let differences = compare::differences(first, other, "");
        if !differences.is_empty() {
            return Violation::new(Text::both(
                format!("as {en} it is another message than as {first_en}"),
                format!("以{zh}发送与以{first_zh}发送得到的消息不同"),
            ))
            .at(differences)
            .into_failure();
        }
    }
    Ok(())
}

/// A segment without what changes by itself.
fn stable(cx: &CheckContext, segment: &Value) -> Value {
    match cx.contract().dialect().defs().get("segment_receive") {
        Some(schema) => compare::stable(cx.contract(), schema, segment),
        None => segment.clone(),
    }
}
