//! The forms of a message, and what is in it.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::Segment;
use botspec_schema::{Kind, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Value, json};

use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::compare;
use crate::checks::messages::{self, Conversation, send_accepted, send_and_read, words};
use crate::contract::Contract;
use crate::fixtures::{self, candidates};
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};

rules! {
    "message/form-string" Send form_string,
        "a message that is a string" "字符串形式的消息" => "the call succeeds, and the message that is read back is the same" "发送成功，读回内容相同";
    "message/form-segment" Send form_segment,
        "a message that is one segment" "单个消息段形式的消息" => "the call succeeds, and the message that is read back is the same" "发送成功，读回内容相同";
    "message/form-array" Send form_array,
        "a message that is an array" "数组形式的消息" => "the call succeeds, and the message that is read back is the same" "发送成功，读回内容相同";
    "message/forms-equal" Send forms_equal,
        "the same message as a string and as an array" "同一消息，分别以字符串和数组发送" => "both messages that are read back are the same" "读回的内容相同";
    "message/auto-escape" Send auto_escape,
        "a string with a CQ code, with `auto_escape`" "含 CQ 码的字符串，要求按纯文本发送" => "the string as one text segment" "读回的文本与原字符串相同";
    "message/auto-escape-array" Send auto_escape_array,
        "an array, with `auto_escape`" "数组消息，同时带 auto_escape" => "the segments of the array" "读回数组中的消息段";
    "message/flag-words" Send flag_words,
        "each spelling of yes and no in a segment" "消息段中表示是否的各种写法" => "each is accepted, and those of one meaning read back the same" "均被接受，同义的写法结果相同";
    "message/null-data" Send null_data,
        "a segment whose data is null" "data 为 null 的消息段" => "the call succeeds" "发送成功";
    "message/string-values" Send string_values,
        "segments whose values look like numbers" "值形似数字的消息段" => "strings in the message that is read back" "读回时为字符串";
    "message/forward-nodes" Read forward_nodes,
        "a read of a merged forward" "展开合并转发" => "node segments only" "只含节点";
}

/// What is sent where only its form matters.
const HELLO: &str = "botspec hello";

async fn says_hello(cx: &mut CheckContext, message: Value) -> CheckResult {
    let conversation = Conversation::any(cx)?;
    let read = send_and_read(cx, &conversation, &message, None).await?;
    if words(cx.contract(), &read).as_deref() == Some(HELLO) {
        return Ok(());
    }
    Violation::new(mismatch((HELLO, HELLO), &Value::Array(read).to_string().into())).into_failure()
}

async fn form_string(cx: &mut CheckContext) -> CheckResult {
    says_hello(cx, HELLO.into()).await
}

async fn form_segment(cx: &mut CheckContext) -> CheckResult {
    let segment = messages::text(cx.contract(), HELLO).get(0).cloned().unwrap_or_default();
    says_hello(cx, segment).await
}

async fn form_array(cx: &mut CheckContext) -> CheckResult {
    says_hello(cx, messages::text(cx.contract(), HELLO)).await
}

/// A segment that is no text, needs nothing and may stand beside others, as the contract shows it.
pub(super) fn beside_text(contract: &Contract) -> Option<(Value, String)> {
    let text = contract.file().cq_code.as_ref()?.text_segment.clone();
    let fits = |it: &&Segment| {
        let plain = it.cq && !it.alone && !it.vanishes && it.needs.is_empty() && it.name != text;
        // A file becomes another one on its way.
        plain && it.receive.is_some() && it.examples.iter().any(|example| example.send == example.receive)
    };
    let segment = contract.segments().find(fits)?;
    let example = segment.examples.iter().find(|example| example.send.is_some() && example.send == example.receive)?;
    let whole = messages::segment(&segment.name, example.send.as_ref()?);
    let code = contract.write_string(&json!([whole]))?;
    Some((whole, code))
}

fn evidence(cx: &CheckContext) -> CheckResult<(Value, String)> {
    match beside_text(cx.contract()) {
        Some(evidence) => Ok(evidence),
        None => untestable("the dialect has no string form of messages", "该方言没有消息的字符串形式"),
    }
}

async fn forms_equal(cx: &mut CheckContext) -> CheckResult {
    let (segment, code) = evidence(cx)?;
    let conversation = Conversation::any(cx)?;
    let mut array = messages::text(cx.contract(), HELLO).as_array().cloned().unwrap_or_default();
    array.push(segment);
    let from_array = send_and_read(cx, &conversation, &Value::Array(array), None).await?;
    let from_string = send_and_read(cx, &conversation, &format!("{HELLO}{code}").into(), None).await?;
    let differences = compare::differences(&Value::Array(from_array), &Value::Array(from_string), "");
    if differences.is_empty() {
        return Ok(());
    }
    Violation::new(Text::both("the string became another message than the array", "字符串与数组得到的消息不同"))
        .at(differences)
        .into_failure()
}

fn verbatim(conversation: &Conversation) -> CheckResult {
    match conversation.send.verbatim {
        Some(_) => Ok(()),
        None => untestable("the dialect has no such parameter", "该方言没有这个参数"),
    }
}

async fn auto_escape(cx: &mut CheckContext) -> CheckResult {
    let (_, code) = evidence(cx)?;
    let conversation = Conversation::any(cx)?;
    verbatim(&conversation)?;
    let string = format!("{HELLO} {code}");
    let read = send_and_read(cx, &conversation, &string.clone().into(), Some(true)).await?;
    if words(cx.contract(), &read).as_ref() == Some(&string) {
        return Ok(());
    }
    Violation::new(mismatch((&string, &string), &Value::Array(read).to_string().into())).into_failure()
}

async fn auto_escape_array(cx: &mut CheckContext) -> CheckResult {
    let (segment, _) = evidence(cx)?;
    let conversation = Conversation::any(cx)?;
    verbatim(&conversation)?;
    let array = json!([segment]);
    let read = Value::Array(send_and_read(cx, &conversation, &array, Some(true)).await?);
    // More than was sent may be reported of a segment; what was sent has to be there.
    let mut differences = compare::differences(&array, &read, "");
    let is_more = |it: &Difference| it.pointer.matches('/').count() > 1 && array.pointer(&it.pointer).is_none();
    differences.retain(|it| !is_more(it));
    if differences.is_empty() {
        return Ok(());
    }
    Violation::new(Text::both("the array was changed", "数组被改变了")).at(differences).into_failure()
}

/// A property of a segment that means yes or no, and is kept.
fn flagged(contract: &Contract) -> Option<(Segment, Value, String, Vec<String>)> {
    contract.segments().find_map(|segment| {
        let properties = segment.send.as_ref()?.get("properties")?.as_object()?;
        let kept = segment.receive.as_ref()?.get("properties")?.as_object()?;
        properties.iter().find_map(|(name, schema)| {
            let listed = contract.follow(schema).get("enum")?.as_array()?;
            let listed: Vec<String> = listed.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            let is_flag = ["0", "1"].iter().all(|word| listed.iter().any(|it| it == word)) && kept.contains_key(name);
            let example = segment.examples.iter().find_map(|example| example.send.clone())?;
            is_flag.then(|| (segment.clone(), example, name.clone(), listed))
        })
    })
}

async fn flag_words(cx: &mut CheckContext) -> CheckResult {
    let Some((segment, example, name, listed)) = flagged(cx.contract()) else {
        return untestable("no segment of the dialect has such a value", "该方言的消息段没有这样的值");
    };
    let conversation = Conversation::any(cx)?;
    let mut reported: Vec<(String, Option<Value>)> = Vec::new();
    for word in listed {
        let mut data = example.clone();
        data[name.as_str()] = word.clone().into();
        let message = json!([messages::segment(&segment.name, &data)]);
        let read = send_and_read(cx, &conversation, &message, None).await.map_err(|why| why.titled(&word))?;
        let value = read.first().and_then(|it| it.get(SEGMENT_DATA)?.get(&name)).cloned();
        reported.push((word, value));
    }
    // What is reported back takes two values: one for each half of the words.
    let distinct = |words: [&str; 3]| {
        let mut values: Vec<_> =
            reported.iter().filter(|(word, _)| words.contains(&word.as_str())).map(|it| &it.1).collect();
        values.dedup();
        values.len()
    };
    if distinct(["0", "no", "false"]) <= 1 && distinct(["1", "yes", "true"]) <= 1 {
        return Ok(());
    }
    let list: Vec<String> =
        reported.iter().map(|(word, value)| format!("{word}: {}", value.as_ref().unwrap_or(&Value::Null))).collect();
    Violation::new(Text::both(
        format!("values that mean the same differ: {}", list.join(", ")),
        format!("同义的写法读回结果不同：{}", list.join("，")),
    ))
    .into_failure()
}

/// Of the segments whose data may be null, whichever the implementation takes has to be taken so.
async fn null_data(cx: &mut CheckContext) -> CheckResult {
    let takes_null = |it: &&Segment| {
        let types = it.send.as_ref().and_then(|send| send.get("type"));
        let null = types.and_then(Value::as_array).is_some_and(|types| types.iter().any(|it| it == "null"));
        null && it.needs.is_empty() && !it.vanishes
    };
    let names: Vec<String> = cx.contract().segments().filter(takes_null).map(|it| it.name.clone()).collect();
    let conversation = Conversation::any(cx)?;
    let mut untaken = None;
    for name in names {
        let null = send_accepted(cx, &conversation, &json!([messages::segment(&name, &Value::Null)]), None).await;
        let judged = match null {
            Err(refused @ NotPassed::Failed(_)) => {
                let plain = json!([messages::segment(&name, &json!({}))]);
                Err(messages::unless_refused_anyway(cx, &conversation, &plain, refused).await)
            }
            send_accepted => send_accepted.map(drop),
        };
        match judged {
            Err(why @ NotPassed::Untestable(_)) => untaken = Some(why),
            judged => return judged,
        }
    }
    match untaken {
        Some(why) => Err(why),
        None => untestable("every segment of the dialect has parameters", "该方言的每个消息段都有参数"),
    }
}

async fn string_values(cx: &mut CheckContext) -> CheckResult {
    let (segment, _) = evidence(cx)?;
    let conversation = Conversation::any(cx)?;
    let mut message = messages::text(cx.contract(), "123").as_array().cloned().unwrap_or_default();
    message.push(segment);
    let read = send_and_read(cx, &conversation, &Value::Array(message), None).await?;
    for (index, segment) in read.iter().enumerate() {
        let mut differences = cx.contract().differences(Kind::SegmentReceive, None, segment);
        differences.retain(|it| it.pointer.starts_with(&format!("/{SEGMENT_DATA}/")));
        if !differences.is_empty() {
            for it in &mut differences {
                it.pointer = format!("/{index}{}", it.pointer);
            }
            return Violation::new(Text::both("a value is no string", "有值不是字符串")).at(differences).into_failure();
        }
    }
    Ok(())
}

async fn forward_nodes(cx: &mut CheckContext) -> CheckResult {
    let contract = std::sync::Arc::clone(cx.run.gate.contract());
    let Some(role) = contract.roles().open_forward.clone().filter(|role| role.list.is_none()) else {
        return untestable("the dialect does not return merged forwards as nodes", "该方言不以节点形式返回合并转发");
    };
    let Some(action) = contract.actions().find(|it| it.name == role.action) else { return Ok(()) };
    let Some(id) = candidates(&role.kind, &action.fixtures(), &cx.run.fixtures.bindings()).into_iter().next() else {
        return Violation::new(fixtures::reason(&action.fixtures())).untestable();
    };
    // What may stand in it is what the contract's own examples hold.
    let examples = action.examples.iter().filter_map(|example| example.result.pointer(&role.message)?.as_array());
    let allowed: Vec<&Value> = examples.flatten().filter_map(|it| it.get(SEGMENT_TYPE)).collect();
    let reported = cx.need(&role.action, &json!({ role.param: id })).await?;
    let Some(nodes) = reported.pointer(&role.message).and_then(Value::as_array) else {
        return Violation::new(Text::both("the answer holds no array of messages", "没有返回消息数组")).into_failure();
    };
    match nodes.iter().find(|node| node.get(SEGMENT_TYPE).is_none_or(|kind| !allowed.contains(&kind))) {
        None => Ok(()),
        Some(other) => Violation::new(mismatch(("nodes alone", "只含节点"), &other.to_string().into())).into_failure(),
    }
}
