//! What passes is judged: by the contracts of answers and events, and by what calls and answers have to do with each other.

use botspec_reports::record::{Transport, Verdict};

use crate::bytes::{SWITCHED, UPGRADE, frame};
use crate::harness::{Left, Side, left_of, summary};
use Side::{Client, Server};

/// What a watch leaves of frames over a WebSocket.
#[track_caller]
fn watched(dialect: &str, frames: &[(Side, &str)]) -> Left {
    left_of(|_| {}, dialect, Transport::Ws, &socket(frames))
}

/// A WebSocket with these frames.
pub(crate) fn socket(frames: &[(Side, &str)]) -> Vec<(Side, Vec<u8>)> {
    let mut steps = vec![(Client, UPGRADE.as_bytes().to_vec()), (Server, SWITCHED.as_bytes().to_vec())];
    steps.extend(
        frames
            .iter()
            .map(|(side, text)| (*side, frame(0x81, text.as_bytes(), (*side == Client).then_some([1, 2, 3, 4])))),
    );
    steps
}

const POKE: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"notice","notice_type":"notify","sub_type":"poke","target_id":"x","user_id":20002,"group_id":70001}"#;
const MESSAGE: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"message","message_type":"private","sub_type":"friend","message_id":5,"user_id":20002,"message":[{"type":"text","data":{"text":"a word of Lin"}}],"raw_message":"a word of Lin","font":0,"sender":{"user_id":20002,"nickname":"Lin","sex":"unknown","age":0}}"#;

#[test]
fn events_are_judged_and_one_defect_is_one_cause() {
    let frames: Vec<(Side, &str)> = std::iter::repeat_n((Server, POKE), 50).chain([(Server, MESSAGE)]).collect();
    let left = watched("gocqhttp", &frames);
    let check = left.check("gocqhttp/event/notice.notify.poke/shape @ws");
    assert_eq!(check.verdict, Verdict::Fail);
    assert!(
        summary(check).contains("/target_id expected") && summary(check).contains("50 times in 50"),
        "{}",
        summary(check)
    );
    let trace = &check.finding.as_ref().expect("a finding").trace;
    assert!((3..=16).contains(&trace.len()), "first, a few and last: {}", trace.len());
    left.passes("gocqhttp/event/message.private/shape @ws");
    assert_eq!(left.outcome.failed, 1, "{:?}", left.bad());
}

#[test]
fn answers_are_judged_by_what_was_asked() {
    let left = watched(
        "onebot11",
        &[
            (Client, r#"{"action":"get_stranger_info","params":{"user_id":20002},"echo":"a"}"#),
            (Client, r#"{"action":"get_login_info","echo":"b"}"#),
            (Server, r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"N"},"echo":"b"}"#),
            (
                Server,
                r#"{"status":"ok","retcode":0,"data":{"user_id":30003,"nickname":"N","sex":"male","age":1},"echo":"a"}"#,
            ),
            (Server, r#"{"status":"ok","retcode":0,"data":null,"echo":"c"}"#),
        ],
    );
    let check = left.check("onebot11/action/get_stranger_info/result @ws");
    assert!(summary(check).contains("which was asked for"), "{}", summary(check));
    left.passes("onebot11/action/get_login_info/result @ws");
    left.passes("onebot11/action/get_login_info/envelope @ws");
    assert!(summary(left.check("onebot11/traffic/echo @ws")).contains("belongs to no call"));
}

#[test]
fn a_message_twice_is_noticed() {
    let left = watched("onebot11", &[(Server, MESSAGE), (Server, MESSAGE)]);
    assert!(summary(left.check("onebot11/traffic/once @ws")).contains("again"));
    let left = watched("onebot11", &[(Server, MESSAGE), (Server, &MESSAGE.replace(":5,", ":6,"))]);
    left.passes("onebot11/traffic/once @ws");
    // What is no message may happen twice in a second.
    let offline = r#"{"time":1733202425,"self_id":10001,"post_type":"notice","notice_type":"bot_offline","user_id":10001,"tag":"a","message":"b"}"#;
    assert_eq!(watched("napcat", &[(Server, offline), (Server, offline)]).bad(), Vec::<String>::new());
}

#[test]
fn calls_of_the_bot_are_judged() {
    let failed = r#"{"status":"failed","retcode":1404,"data":null,"echo":1}"#;
    let ok = r#"{"status":"ok","retcode":0,"data":{"message_id":1},"echo":1}"#;
    let left = watched(
        "onebot11",
        &[
            (Client, r#"{"action":"get_frend_list","echo":1}"#),
            (Server, failed),
            (Client, r#"{"action":"send_group_msg","params":{"group_id":[70001],"message":"hi"},"echo":1}"#),
            (Server, failed),
            (
                Client,
                r#"{"action":"send_private_msg","params":{"user_id":20002,"message":"hi","auto_escpae":true},"echo":1}"#,
            ),
            (Server, ok),
            (Client, r#"{"action":"get_login_info","echo":2}"#),
        ],
    );
    let unknown = left.check("onebot11/bot/get_frend_list/known @ws");
    assert!(summary(unknown).contains("closest: get_friend_list"), "{}", summary(unknown));
    let params = left.check("onebot11/bot/send_group_msg/params @ws");
    assert!(params.verdict == Verdict::Fail && summary(params).contains("/group_id"), "{}", summary(params));
    let unread = left.check("onebot11/bot/send_private_msg/read @ws");
    assert!(unread.verdict == Verdict::Warn && summary(unread).contains("/auto_escpae"), "{}", summary(unread));
    left.passes("onebot11/bot/send_private_msg/params @ws");
    let awaited = left.check("onebot11/bot/get_login_info/awaited @ws");
    assert!(awaited.finding.is_some() && awaited.verdict == Verdict::Pass, "noted");
}

#[test]
fn people_are_masked() {
    let wrong = MESSAGE
        .replace("\"font\":0", "\"font\":{\"made_up\":\"Lin again\"}")
        .replace("\"private\",\"sub_type\"", "\"private\",\"new_key\":\"of 20002 and Mei\",\"sub_type\"");
    let call = r#"{"action":"send_private_msg","params":{"user_id":20002,"message":[{"type":"text","data":{"text":"a secret of Chen"}}]},"echo":1}"#;
    let answer = r#"{"status":"ok","retcode":0,"data":{"message_id":"Chen"},"echo":1}"#;
    let left = watched("onebot11", &[(Server, &wrong), (Client, call), (Server, answer)]);
    assert_eq!(left.outcome.failed, 2, "{:?}", left.bad());
    for word in ["Lin", "20002", "Mei", "Chen", "made-up"] {
        assert!(!left.text.contains(word), "{word} stands in {}", left.text);
    }
}

#[test]
fn a_message_that_was_reported_can_be_read() {
    let get = |id: i64| format!(r#"{{"action":"get_msg","params":{{"message_id":{id}}},"echo":1}}"#);
    let failed = r#"{"status":"failed","retcode":1200,"data":null,"echo":1}"#;
    let (known, unknown) = (get(5), get(77));
    let left = watched(
        "onebot11",
        &[(Server, MESSAGE), (Client, &unknown), (Server, failed), (Client, &known), (Server, failed)],
    );
    let taken = left.check("onebot11/traffic/readable @ws");
    assert!(taken.verdict == Verdict::Fail && taken.seen == Some(1), "{taken:?}");
    // What was recalled, by the bot or by somebody else, may be gone.
    let recall = r#"{"action":"delete_msg","params":{"message_id":5},"echo":1}"#;
    let recalled = r#"{"time":1733202425,"self_id":10001,"post_type":"notice","notice_type":"friend_recall","user_id":20002,"message_id":5}"#;
    let ok = r#"{"status":"ok","retcode":0,"data":null,"echo":1}"#;
    let by_bot = [(Server, MESSAGE), (Client, recall), (Server, ok), (Client, known.as_str()), (Server, failed)];
    let by_other = [(Server, MESSAGE), (Server, recalled), (Client, known.as_str()), (Server, failed)];
    for frames in [&by_bot[..], &by_other] {
        assert_eq!(watched("onebot11", frames).bad(), Vec::<String>::new());
    }
}

#[test]
fn a_call_over_http_that_is_not_waited_for_is_noted() {
    let call = "POST /send_private_msg HTTP/1.1\r\nContent-Length: 31\r\n\r\n{\"user_id\":20002,\"message\":\"a\"}";
    let left = left_of(|_| {}, "onebot11", Transport::Http, &[(Client, call.as_bytes().to_vec())]);
    let check = left.check("onebot11/bot/send_private_msg/awaited @http");
    assert!(check.verdict == Verdict::Pass && check.finding.is_some(), "noted: {check:?}");
}
