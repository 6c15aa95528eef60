//! What the check of the parameters lets pass is distinguished from what it refuses.

use botspec_schema::{Catalog, Kind, Late};
use serde_json::{Value, json};

fn late(dialect: &str, action: &str, params: &Value) -> Vec<Option<Late>> {
    let dialect = Catalog::builtin().dialect(dialect).expect("built in");
    let contract = dialect.action(action).expect("the action");
    let params = dialect.normalise_params(contract, params.clone());
    let violations = dialect.check_normalised(contract, &params);
    violations.iter().map(|violation| dialect.late(contract, &params, violation)).collect()
}

#[test]
fn each_kind_of_value_is_found_by_the_check_or_by_the_action() {
    let group = |group: Value| ("get_group_info", json!({ "group_id": group }));
    let history = |count: Value| ("get_group_msg_history", json!({ "group_id": 70_001, "count": count }));
    let admin = |enable: Value| ("set_group_admin", json!({ "group_id": 70_001, "user_id": 30_003, "enable": enable }));
    let send = |params: Value| ("send_msg", params);
    let none = || Some(Late::CountsAs(None));
    let word = |word: bool| Some(Late::CountsAs(Some(word.into())));
    let cases = [
        // The call, and what comes of the value in NapCat and in LLOneBot; nothing in the standard.
        (group(json!("abc")), Some(Late::Fails), Some(Late::Fails)),
        (group(json!(-1)), Some(Late::Fails), Some(Late::Fails)),
        (group(json!(true)), Some(Late::Fails), None),
        (group(json!([])), None, None),
        (history(json!("abc")), None, none()),
        (history(json!(-1)), Some(Late::Kept), Some(Late::Kept)),
        (history(json!(2.5)), Some(Late::CountsAs(Some(2.into()))), Some(Late::CountsAs(Some(2.into())))),
        (admin(json!("abc")), word(false), word(false)),
        (admin(json!(5)), word(false), None),
        (("send_poke", json!({ "user_id": 20_002, "group_id": "" })), none(), none()),
        (("get_group_info", json!({})), None, None),
        (("send_group_msg", json!({ "message": "x" })), Some(Late::Fails), Some(Late::Fails)),
        (send(json!({ "message": "x" })), Some(Late::Fails), Some(Late::Fails)),
    ];
    for ((action, params), napcat, llonebot) in cases {
        assert_eq!(late("napcat", action, &params), [napcat], "napcat {action} {params}");
        assert_eq!(late("llonebot", action, &params), [llonebot], "llonebot {action} {params}");
    }
    assert_eq!(late("onebot11", "get_group_info", &json!({ "group_id": "abc" })), [None]);
}

/// What the action makes something of is taken; what it fails by is refused like anything else.
#[test]
fn what_fails_late_is_not_taken() {
    let dialect = Catalog::builtin().dialect("llonebot").expect("built in");
    let checked = |params: Value| {
        dialect.check_as_taken(Kind::ActionParams, Some("get_group_msg_history"), &params).expect("the action")
    };
    let refused = checked(json!({ "group_id": "abc" }));
    assert_eq!((refused.violations.len(), refused.undocumented.len()), (1, 0));
    let taken = checked(json!({ "group_id": 70_001, "count": "abc" }));
    assert_eq!((taken.violations.len(), taken.undocumented.len()), (0, 1));
}

/// A word that counts as none leaves the form of the call to the ids.
#[test]
fn the_form_of_a_call_hangs_on_what_counts() {
    let dialect = Catalog::builtin().dialect("napcat").expect("built in");
    let params = json!({ "message_type": {}, "group_id": "70001", "message": "x" });
    let checked = dialect.check_as_taken(Kind::ActionParams, Some("send_msg"), &params).expect("the action");
    assert_eq!(checked.violations, []);
    assert!(!checked.undocumented.is_empty());
}

/// A place that is not there would hold for nothing.
#[test]
fn every_place_that_has_values_of_its_own_is_there() {
    for dialect in Catalog::builtin().dialects() {
        for place in dialect.file.late_checks.at.keys() {
            let (action, parameter) = place.split_once('/').map_or((&**place, None), |(it, name)| (it, Some(name)));
            let contract = dialect.actions.get(action).unwrap_or_else(|| panic!("{} has no {action}", dialect.name()));
            let known = parameter.is_none_or(|name| contract.params["properties"].get(name).is_some());
            assert!(known, "{} has no {place}", dialect.name());
        }
    }
}
