//! Findings by cause: one defect is one finding, however many checks met it.

use botspec_reports::cause::causes;
use botspec_reports::record::{Capture, Cause, Check, Difference, Finding, Run, Transport, Verdict};

use crate::fixtures::{check, found, run};

fn difference(pointer: &str, expected: &str, found: &str) -> Difference {
    Difference { pointer: pointer.to_owned(), expected: expected.to_owned(), found: found.to_owned() }
}

fn differing(id: &str, differences: Vec<Difference>) -> Check {
    found(id, Verdict::Fail, Finding { differences, ..Finding::new("The result matches the contract.", "it does not") })
}

fn over(check: &Check, transport: Transport) -> Check {
    Check { transport: Some(transport), ..check.clone() }
}

/// Titles and how many checks met each.
fn titles(run: &Run) -> Vec<(String, usize)> {
    causes(run).iter().map(|cause| (cause.title().en, cause.checks.len())).collect()
}

#[test]
fn one_wrong_field_is_one_cause_over_checks_and_transports() {
    let place = difference("/data/message_id", "integer", "string \"7\"");
    let checks = ["result", "boundary/message_id", "random", "examples"]
        .iter()
        .map(|aspect| differing(&format!("onebot11/action/get_msg/{aspect}"), vec![place.clone()]))
        .flat_map(|check| [over(&check, Transport::Http), over(&check, Transport::Ws)])
        .collect();
    assert_eq!(
        titles(&run(checks)),
        [("`/data/message_id` in the response of `get_msg` has the wrong type".to_owned(), 8)]
    );
}

#[test]
fn an_envelope_without_a_field_is_one_cause_even_where_no_check_names_the_place() {
    let response = |body: &str| Finding {
        response: Some(Capture::new(body)),
        ..Finding::new("The call succeeds.", "an answer with status \"ok\" and retcode nothing")
    };
    let body = r#"{"status":"ok","data":{"user_id":10001,"nickname":"a"}}"#;
    let mut checks =
        vec![differing("onebot11/action/get_msg/result", vec![difference("/retcode", "integer", "nothing")])];
    checks
        .extend((0..50).map(|n| found(&format!("onebot11/action/get_login_info/m{n}"), Verdict::Fail, response(body))));
    checks.push(found("onebot11/transport/http/post-json", Verdict::Fail, response(body)));
    assert_eq!(titles(&run(checks)), [("`/retcode` is missing in the response envelope".to_owned(), 52)]);
}

#[test]
fn a_call_of_a_bot_is_wrong_in_its_parameters() {
    let checks =
        vec![differing("milky/bot/send_private_message/params", vec![difference("/message", "array", "nothing")])];
    assert_eq!(titles(&run(checks)), [("`/message` is missing in a call of `send_private_message`".to_owned(), 1)]);
}

#[test]
fn a_shared_type_and_a_segment_are_where_the_defect_stands() {
    let sex = |at: &str| difference(at, "one of male, female, unknown", "\"robot\"");
    let member = vec![
        differing("onebot11/action/get_group_member_info/result", vec![sex("/data/sex")]),
        differing("onebot11/action/get_group_member_info/examples", vec![sex("/data/sex")]),
    ];
    assert_eq!(
        titles(&run(member)),
        [("`/sex` in `group_member_info` (a shared type) has a wrong value".to_owned(), 2)]
    );

    let mut message =
        differing("onebot11/action/get_msg/result", vec![difference("/data/message/1/data/qq", "string", "integer")]);
    let body = r#"{"status":"ok","retcode":0,"data":{"message":[{"type":"text","data":{"text":"a"}},{"type":"at","data":{"qq":1}}]}}"#;
    message.finding.as_mut().expect("a finding").response = Some(Capture::new(body));
    assert_eq!(titles(&run(vec![message])), [("`/data/qq` in segment `at` has the wrong type".to_owned(), 1)]);
}

#[test]
fn what_is_wrong_in_several_events_is_wrong_in_events() {
    let missing = |name: &str| {
        differing(&format!("onebot11/event/{name}/shape"), vec![difference("/self_id", "integer", "nothing")])
    };
    let two = run(vec![missing("message.group"), missing("message.private")]);
    assert_eq!(causes(&two).len(), 2);
    let three = run(vec![missing("message.group"), missing("message.private"), missing("notice.group_ban")]);
    assert_eq!(titles(&three), [("`/self_id` is missing in several events".to_owned(), 3)]);
}

#[test]
fn the_cause_that_the_run_wrote_counts_before_what_is_read_off_the_finding() {
    let cause = Cause {
        place: "onebot11/action/get_msg".to_owned(),
        pointer: "/data/time".to_owned(),
        defect: "missing".to_owned(),
        expected: "integer".to_owned(),
    };
    let with = |id: &str, summary: &str| {
        found(id, Verdict::Fail, Finding { cause: Some(cause.clone()), ..Finding::new("s", summary) })
    };
    let run = run(vec![with("onebot11/action/get_msg/result", "one"), with("onebot11/segment/at/send", "two")]);
    assert_eq!(titles(&run), [("`/data/time` is missing in the response of `get_msg`".to_owned(), 2)]);
}

#[test]
fn the_smallest_request_comes_first() {
    let sized = |id: &str, length: usize| {
        let request = Some(Capture::new(&"x".repeat(length)));
        let differences = vec![difference("/data/time", "integer", "null")];
        found(id, Verdict::Fail, Finding { request, differences, ..Finding::new("s", "t") })
    };
    let run = run(vec![
        sized("onebot11/action/get_msg/random", 90),
        sized("onebot11/action/get_msg/minimal", 9),
        check("a/b/c", Verdict::Pass),
    ]);
    let causes = causes(&run);
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0].ids(), ["onebot11/action/get_msg/minimal", "onebot11/action/get_msg/random"]);
    assert_eq!(causes[0].anchor(), botspec_reports::cause::causes(&run)[0].anchor(), "a link stays");
}
