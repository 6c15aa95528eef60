//! `botspec list` and `botspec explain`.

use crate::harness::botspec;

#[test]
fn a_check_is_explained_in_words() {
    let done = botspec(["explain", "onebot11/transport/http/unknown-action"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    insta::assert_snapshot!(done.out);
}

#[test]
fn a_requirement_names_its_checks() {
    let done = botspec(["explain", "onebot11/echo/empty"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    insta::assert_snapshot!(done.out);
}

#[test]
fn an_id_says_which_dialect_is_meant() {
    for dialect in botspec_reference::spoken() {
        let id = format!("{dialect}/action/get_login_info/result");
        let done = botspec(["explain", &id]);
        assert_eq!(done.code, Some(0), "{}", done.err);
        assert!(done.out.starts_with(&id), "{}", done.out);
        let listed = botspec(["list", "--select", &id]);
        assert_eq!(listed.code, Some(0), "{}", listed.err);
    }
}

#[test]
fn a_selection_is_listed() {
    let done = botspec(["list", "--select", "onebot11/auth/http/*"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    insta::assert_snapshot!(done.out);
    let checks = botspec(["list", "--select", "onebot11/auth/http/*", "--format", "json"]).json();
    assert_eq!(checks.as_array().map(Vec::len), Some(done.out.lines().count()));
    assert_eq!(botspec(["list", "--select", "no/such/*"]).code, Some(4));
}

/// Every check of an action names an effect that is at least the action's own; nothing destructive passes for a read.
#[test]
fn what_destroys_is_listed_as_destructive() {
    let checks = botspec(["list", "--select", "onebot11/action/set_group_leave/**", "--format", "json"]).json();
    let checks = checks.as_array().expect("an array");
    assert!(!checks.is_empty());
    assert!(checks.iter().all(|check| check["effect"] == "destructive"), "{checks:?}");
}
