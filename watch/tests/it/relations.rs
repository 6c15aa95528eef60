//! What documents have to do with each other: each defect once, without people, and without taking others for the bot.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::harness::{Left, Side, left_of, summary};
use crate::judged::socket;
use Side::{Client, Server};

const HEARTBEAT: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"meta_event","meta_event_type":"heartbeat","status":{"online":true,"good":true},"interval":5000}"#;

/// What a watch leaves of calls with the data of their answers, and of events.
fn watched(steps: &[(Option<(&str, Value)>, Value)]) -> Left {
    let mut frames = vec![(Server, HEARTBEAT.to_owned())];
    for (number, (call, document)) in steps.iter().enumerate() {
        match call {
            Some((action, params)) => {
                frames.push((Client, json!({ "action": action, "params": params, "echo": number }).to_string()));
                let answer = json!({ "status": "ok", "retcode": 0, "data": document, "echo": number });
                frames.push((Server, answer.to_string()));
            }
            None => frames.push((Server, document.to_string())),
        }
    }
    let frames: Vec<(Side, &str)> = frames.iter().map(|(side, text)| (*side, text.as_str())).collect();
    left_of(|_| {}, "onebot11", botspec_reports::record::Transport::Ws, &socket(&frames))
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs()
}

fn member(user: i64, card: &str) -> Value {
    json!({ "group_id": 70001, "user_id": user, "nickname": "Nick of Lin", "card": card, "sex": "unknown", "age": 0, "area": "",
        "join_time": 1_733_202_425, "last_sent_time": 1_733_202_425, "level": "1", "role": "member", "unfriendly": false,
        "title": "", "title_expire_time": 0, "card_changeable": false })
}

#[test]
fn a_list_and_a_single_answer_agree() {
    let asked = json!({ "group_id": 70001, "user_id": 20002 });
    let of = |card: &str, more: Vec<(Option<(&str, Value)>, Value)>| {
        let mut steps = vec![(
            Some(("get_group_member_list", json!({ "group_id": 70001 }))),
            json!([member(20002, "old card of Lin")]),
        )];
        steps.extend(more);
        steps.push((Some(("get_group_member_info", asked.clone())), member(20002, card)));
        watched(&steps)
    };
    let left = of("old card of Lin", vec![]);
    assert_eq!(left.bad(), Vec::<String>::new());
    let left = of("new card of Mei", vec![]);
    let found = summary(left.check("onebot11/action/get_group_member_info/result @ws"));
    assert!(found.contains("/card") && found.contains("as in get_group_member_list"), "{found}");
    for word in ["of Lin", "of Mei", "20002"] {
        assert!(!left.text.contains(word), "{word} stands in {}", left.text);
    }
    // What a call changes, or an event reports to be changed, may be otherwise.
    let set = json!({ "group_id": 70001, "user_id": 20002, "card": "new card of Mei" });
    let left = of("new card of Mei", vec![(Some(("set_group_card", set)), Value::Null)]);
    assert_eq!(left.bad(), Vec::<String>::new());
    let notice = json!({ "time": 1_733_202_425, "self_id": 10001, "post_type": "notice", "notice_type": "group_card",
        "group_id": 70001, "user_id": 20002, "card_new": "new card of Mei", "card_old": "old card of Lin" });
    let left = of(
        "new card of Mei",
        vec![
            (
                None,
                json!({ "time": 1_733_202_425, "self_id": 10001, "post_type": "notice",
        "notice_type": "group_admin", "sub_type": "set", "group_id": 70001, "user_id": 20002 }),
            ),
            (None, notice),
        ],
    );
    assert_eq!(left.bad(), Vec::<String>::new());
}

/// The event of a change may come after both answers that show it; what the bot changed itself explains nothing away.
#[test]
fn what_somebody_else_changed_is_no_defect() {
    let asked = json!({ "group_id": 70001, "user_id": 20002 });
    let notice = json!({ "time": 1_733_202_425, "self_id": 10001, "post_type": "notice", "notice_type": "group_decrease",
        "sub_type": "leave", "group_id": 70001, "user_id": 20003, "operator_id": 20003 });
    let answers = || {
        vec![
            (Some(("get_group_member_list", json!({ "group_id": 70001 }))), json!([member(20002, "old card")])),
            (Some(("get_group_member_info", asked.clone())), member(20002, "new card")),
        ]
    };
    assert_eq!(watched(&answers()).bad().len(), 1);
    let after = [answers(), vec![(None, notice.clone())]].concat();
    assert_eq!(watched(&after).bad(), Vec::<String>::new());
    let own = vec![(Some(("set_group_name", json!({ "group_id": 70001, "group_name": "Go" }))), Value::Null)];
    assert_eq!(watched(&[answers(), own, vec![(None, notice)]].concat()).bad().len(), 1);
}

#[test]
fn one_defect_with_other_values_is_one_cause() {
    let steps: Vec<(Option<(&str, Value)>, Value)> = (0..30)
        .map(|number| {
            let stranger = json!({ "user_id": 40000 + number, "nickname": "n", "sex": "male", "age": 1 });
            (Some(("get_stranger_info", json!({ "user_id": 20000 + number }))), stranger)
        })
        .collect();
    let left = watched(&steps);
    let finding = left.check("onebot11/action/get_stranger_info/result @ws").finding.as_ref().expect("a finding");
    assert_eq!(finding.differences.len(), 1, "{:?}", finding.differences);
    assert!(finding.summary.en.contains("30 times in 30"), "{}", finding.summary.en);
}

/// Whoever repeats what the bot sent is not the bot.
#[test]
fn what_others_repeat_is_theirs() {
    let message = |id: i64, user: i64, text: &str| {
        json!({ "time": now(), "self_id": 10001, "post_type": "message", "message_type": "group", "sub_type": "normal",
            "message_id": id, "group_id": 70001, "user_id": user, "anonymous": null,
            "message": [{ "type": "text", "data": { "text": text } }], "raw_message": text, "font": 0,
            "sender": { "user_id": user, "nickname": "n", "card": "", "sex": "unknown", "age": 0, "area": "", "level": "1",
                "role": "member", "title": "" } })
    };
    let send = || {
        (
            Some(("send_group_msg", json!({ "group_id": 70001, "message": "the same words" }))),
            json!({ "message_id": 9 }),
        )
    };
    let left = watched(&[send(), (None, message(10, 30003, "the same words"))]);
    assert_eq!(left.bad(), Vec::<String>::new());
    // The bot's own message has the id of its answer.
    let left = watched(&[send(), (None, message(9, 30003, "the same words"))]);
    assert!(left.bad().iter().any(|it| it.contains("who sent it")), "{:?}", left.bad());
}
