//! The client: what goes out, what comes back, and what can go wrong.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use botspec_bindings::onebot11::actions::{GetGroupMemberInfo, SendGroupMsg, SendMsg, SetRestart};
use botspec_bindings::onebot11::envelope::request_frame;
use botspec_bindings::onebot11::types::{LoginInfo, Role};
use botspec_bindings::onebot11::{Bot, CallError};
use botspec_bindings::{Empty, Raw, Transport};

/// A transport that gives one answer and remembers what it was asked.
struct Canned {
    answer: Result<&'static str, Unreachable>,
    asked: Mutex<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Unreachable;

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody there")
    }
}

impl std::error::Error for Unreachable {}

impl Transport for Canned {
    type Error = Unreachable;

    async fn call(&self, action: &str, params: String) -> Result<String, Unreachable> {
        self.asked.lock().expect("nobody panicked").push(format!("{action} {params}"));
        self.answer.clone().map(str::to_owned)
    }
}

fn bot(answer: &'static str) -> Bot<Canned> {
    Bot::new(Canned { answer: Ok(answer), asked: Mutex::default() })
}

fn asked(bot: &Bot<Canned>) -> String {
    bot.transport().asked.lock().expect("nobody panicked").join("\n")
}

/// Runs a future that never has to wait; that it can be sent to another thread is checked on the way.
fn run<F: Future + Send>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for something"),
    }
}

#[test]
fn a_method_takes_what_is_required_and_gives_the_answer() {
    let bot = bot(r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"Botspec"}}"#);
    assert_eq!(run(bot.get_login_info()).expect("an answer"), LoginInfo::new(10001, "Botspec"));
    assert_eq!(asked(&bot), "get_login_info {}");
}

#[test]
fn ids_and_messages_are_made_of_what_one_has() {
    let bot = bot(r#"{"status":"ok","retcode":0,"data":{"message_id":-52003},"message":"","wording":""}"#);
    let sent = run(bot.send_group_msg("70001", "hi [all]")).expect("an answer");
    assert_eq!(sent.message_id, Some((-52003).into()));
    run(bot.call(&SendGroupMsg::new(70001, "hi").auto_escape(true))).expect("an answer");
    insta::assert_snapshot!(asked(&bot), @r#"
    send_group_msg {"group_id":70001,"message":[{"type":"text","data":{"text":"hi [all]"}}]}
    send_group_msg {"group_id":70001,"message":[{"type":"text","data":{"text":"hi"}}],"auto_escape":true}
    "#);
}

#[test]
fn an_action_with_alternatives_is_built_first() {
    let bot = bot(r#"{"status":"ok","retcode":0,"data":{"message_id":52003}}"#);
    run(bot.send_msg(&SendMsg::new("hi").group_id(70001))).expect("an answer");
    assert_eq!(asked(&bot), r#"send_msg {"group_id":70001,"message":[{"type":"text","data":{"text":"hi"}}]}"#);
}

#[test]
fn nothing_to_tell_may_be_left_out_or_anything() {
    for answer in [
        r#"{"status":"ok","retcode":0,"data":null}"#,
        r#"{"status":"ok","retcode":0,"stream":"normal-action"}"#,
        r#"{"status":"ok","retcode":0,"data":{"result":0},"echo":null}"#,
    ] {
        assert_eq!(run(bot(answer).set_group_name(70001, "Kitchen")).expect(answer), Empty);
    }
}

#[test]
fn an_action_can_be_taken_on_for_later() {
    let bot = bot(r#"{"status":"async","retcode":1,"data":null}"#);
    run(bot.call(&SetRestart::new().delay(10))).expect("it is never answered otherwise");
    run(bot.call_async(&SendGroupMsg::new(70001, "hi"))).expect("it was taken on");
    run(bot.call_rate_limited(&SetRestart::new())).expect("it was taken on");
    let names: Vec<_> = asked(&bot).lines().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(names, ["set_restart", "send_group_msg_async", "set_restart_rate_limited"]);
}

#[test]
fn a_refusal_keeps_the_answer() {
    let body =
        r#"{"status":"failed","retcode":1200,"data":null,"message":"no such member","wording":"no such member"}"#;
    let error = run(bot(body).get_group_member_info(70001, 20002)).expect_err("it failed");
    let CallError::<Unreachable>::Failed(failed) = &error else { panic!("{error:?}") };
    assert_eq!((failed.action.as_str(), failed.body.as_str()), ("get_group_member_info", body));
    assert_eq!(failed.envelope.retcode, Some(1200));
    assert_eq!(failed.envelope.extra.decode::<String>("wording").expect("text"), Some("no such member".to_owned()));
}

#[test]
fn an_answer_that_does_not_fit_is_told_with_its_place() {
    let odd = bot(r#"{"status":"ok","retcode":0,"data":{"user_id":[],"nickname":"Botspec"}}"#);
    let info = run(odd.get_login_info()).expect("the name is there");
    assert_eq!((info.user_id, info.nickname.as_deref()), (None, Some("Botspec")));
    assert_eq!(info.extra.defects()[0].pointer(), "/user_id");
    let nothing = bot(r#"{"status":"ok","retcode":0,"data":[7]}"#);
    let error = run(nothing.get_login_info()).expect_err("nothing of it is there");
    let CallError::Decode(error) = error else { panic!("{error}") };
    assert_eq!((error.what(), error.body()), ("login_info", "[7]"));
}

#[test]
fn what_is_no_envelope_is_kept_too() {
    for body in ["", "<html>", "[]", r#"{"message":"token verify failed"}"#, "\"ok\""] {
        let error = run(bot(body).get_status()).expect_err("it is no envelope");
        let CallError::Decode(error) = error else { panic!("{error}") };
        assert_eq!((error.what(), error.body()), ("envelope", body));
    }
}

#[test]
fn a_transport_that_fails_says_why() {
    let bot = Bot::new(Canned { answer: Err(Unreachable), asked: Mutex::default() });
    let error = run(bot.clean_cache()).expect_err("nobody is there");
    assert_eq!(error.to_string(), "the call did not come through: nobody there");
}

#[test]
fn optional_parameters_are_set_one_by_one() {
    let action = GetGroupMemberInfo::new(70001, 20002).no_cache(true);
    assert_eq!(Raw::of(&action).expect("JSON").as_str(), r#"{"group_id":70001,"user_id":20002,"no_cache":true}"#);
    assert_eq!(Role::from("owner"), Role::Owner);
    let frame = request_frame("get_group_member_info", &Raw::of(&action).expect("JSON"), &Raw::of(&7).expect("JSON"));
    assert_eq!(
        frame.expect("JSON"),
        r#"{"action":"get_group_member_info","params":{"group_id":70001,"user_id":20002,"no_cache":true},"echo":7}"#
    );
}
