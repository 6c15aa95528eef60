//! The figures of a run, and the order of its checks.

use std::fmt::Write as _;

use botspec_reports::record::{
    Ending, Expectation, Finding, Level, Requirement, RequirementSet, Run, Stopped, StoppedBy, Verdict,
};
use botspec_reports::summary::{Figures, Outcome, State, by_reason, failures_first};

use crate::fixtures::{check, every_verdict, found, run, waived};

#[test]
fn failures_come_first_and_the_order_of_the_run_stays() {
    let mut order = String::new();
    let run = every_verdict();
    for check in failures_first(&run) {
        let waiver = if check.expected.is_some() { " (waiver)" } else { "" };
        writeln!(order, "{}{waiver} {}", check.verdict, check.label()).expect("a string takes everything");
    }
    insta::assert_snapshot!(order);
}

#[test]
fn what_a_run_comes_to() {
    let pass = || check("onebot11/a/1", Verdict::Pass);
    let one = |verdict| check("onebot11/a/2", verdict);
    let outcome = |checks| Figures::of(&run(checks)).outcome;
    let cases = [
        (vec![pass()], Outcome::Conformant),
        (vec![pass(), one(Verdict::Warn)], Outcome::Conformant),
        (vec![pass(), one(Verdict::Untestable)], Outcome::Conformant),
        (vec![pass(), one(Verdict::Untestable), one(Verdict::Skip)], Outcome::Partial),
        (vec![pass(), waived(one(Verdict::Fail), Expectation::Failure)], Outcome::Conformant),
        (vec![pass(), waived(one(Verdict::Pass), Expectation::Flaky)], Outcome::Conformant),
        (vec![pass(), waived(one(Verdict::Pass), Expectation::Failure)], Outcome::Failed),
        (vec![pass(), one(Verdict::Error), one(Verdict::Fail)], Outcome::Failed),
        (vec![pass(), one(Verdict::Error)], Outcome::Defect),
        (vec![pass(), waived(one(Verdict::Error), Expectation::Failure)], Outcome::Defect),
        (vec![one(Verdict::Skip), one(Verdict::Untestable)], Outcome::NothingChecked),
        (vec![], Outcome::NothingChecked),
    ];
    for (checks, expected) in cases {
        assert_eq!(outcome(checks.clone()), expected, "{checks:?}");
    }
    let cut = Run { footer: None, ending: Ending::NoFooter, ..run(vec![pass()]) };
    assert_eq!(Figures::of(&cut).outcome, Outcome::Incomplete);
}

/// The state of one requirement, and the percentage, after checks that name it came to these verdicts.
fn state(verdicts: &[Verdict]) -> (State, Option<f64>) {
    let mut run = run(verdicts.iter().map(|&verdict| check("onebot11/a/b", verdict)).collect());
    for check in &mut run.checks {
        check.requirements = vec!["r".to_owned()];
    }
    let requirement = |id: &str, level| Requirement { id: id.to_owned(), level, sentence: None };
    run.header.requirement_sets = vec![RequirementSet {
        set: "s@1".to_owned(),
        dialect: "onebot11".to_owned(),
        requirements: vec![requirement("r", Level::Must), requirement("other", Level::Must)],
    }];
    let set = Figures::of(&run).sets.remove(0);
    let level = &set.levels[0];
    assert_eq!(level.total, 2);
    assert_eq!(level.met + level.broken + level.partial + level.not_run, level.total, "nothing is hidden");
    assert_eq!(set.requirements[1].state, State::NotRun);
    (set.requirements[0].state, level.percent)
}

#[test]
fn a_requirement_is_met_when_every_check_that_names_it_passes() {
    use Verdict::{Error, Fail, Pass, Skip, Untestable, Warn};
    assert_eq!(state(&[]), (State::NotRun, None));
    assert_eq!(state(&[Skip, Untestable, Error]), (State::NotRun, None));
    assert_eq!(state(&[Pass, Pass]), (State::Met, Some(100.0)));
    assert_eq!(state(&[Pass, Skip]), (State::Partial, None));
    assert_eq!(state(&[Pass, Untestable]), (State::Partial, None));
    assert_eq!(state(&[Pass, Error]), (State::Partial, None));
    assert_eq!(state(&[Pass, Fail, Skip]), (State::Broken, Some(0.0)));
    assert_eq!(state(&[Warn]), (State::Broken, Some(0.0)));
}

#[test]
fn a_waiver_does_not_mend_a_requirement() {
    let figures = Figures::of(&every_verdict());
    let must = &figures.sets[0].levels[0];
    assert_eq!((must.met, must.broken, must.not_run, must.total), (1, 2, 1, 4));
    assert_eq!(must.percent, Some(33.3), "rounded down");
    assert_eq!((figures.expected_failures, figures.expected_warnings, figures.stale), (1, 0, 1));
}

#[test]
fn reasons_are_gathered_the_most_frequent_first() {
    let skip = |reason: &str| found("onebot11/a/b", Verdict::Skip, Finding::new("s", reason));
    let run = run(vec![skip("rare"), skip("frequent"), skip("frequent"), check("onebot11/a/b", Verdict::Skip)]);
    let checks: Vec<_> = run.checks.iter().collect();
    let reasons: Vec<_> =
        by_reason(&checks, Verdict::Skip).into_iter().map(|(reason, same)| (reason, same.len())).collect();
    assert_eq!(reasons, [("frequent", 2), ("rare", 1), ("", 1)]);
}

/// A target that stopped answering leaves what was selected unjudged, whatever had passed until then.
#[test]
fn a_run_whose_target_stopped_answering_is_no_green_one() {
    let mut run = run(vec![check("onebot11/a/1", Verdict::Pass), check("onebot11/a/2", Verdict::Fail)]);
    run.header.selected = 20;
    run.stopped = Some(Stopped {
        by: StoppedBy::Target,
        reason: "the target stopped answering over http".into(),
        request: Some("POST http://127.0.0.1:3000/get_friend_msg_history {\"message_seq\":1}".to_owned()),
        repeat: Some("curl http://127.0.0.1:3000/get_friend_msg_history".to_owned()),
    });
    let figures = Figures::of(&run);
    assert_eq!((figures.outcome, figures.complete), (Outcome::Stopped, false));
    insta::assert_snapshot!(figures.headline().en, @r#"The target stopped answering after POST http://127.0.0.1:3000/get_friend_msg_history {"message_seq":1}; 1 check failed; 18 of 20 checks not run"#);
    insta::assert_snapshot!(figures.headline().zh(), @r#"目标在 POST http://127.0.0.1:3000/get_friend_msg_history {"message_seq":1} 之后停止响应；1 项检查失败；20 项检查中有 18 项没有运行"#);
}

#[test]
fn a_small_share_is_told_in_place_of_a_verdict() {
    let mut run = run(vec![check("onebot11/a/1", Verdict::Pass), check("onebot11/a/2", Verdict::Skip)]);
    run.header.selected = 2;
    assert_eq!(Figures::of(&run).outcome, Outcome::Conformant, "half of it was judged");
    run.header.selected = 3;
    let figures = Figures::of(&run);
    assert_eq!(figures.outcome, Outcome::Partial);
    insta::assert_snapshot!(figures.headline().en, @"Only 33 % judged (1 of 3 checks): none failed");
    insta::assert_snapshot!(figures.headline().zh(), @"只判定了 33 %（3 项检查中的 1 项）：没有失败");
}
