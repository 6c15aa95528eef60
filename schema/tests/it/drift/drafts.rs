//! Drafts: what a person gets to complete, and that none of them passes for a contract before that.

use std::fmt::Write as _;

use botspec_schema::drift::{self, Contracts, TODO, Which, drafts};
use botspec_schema::lint::lint;
use botspec_schema::{Catalog, Defect, Sources, model};
use serde_json::json;

use super::{contracts, decided, drift_of_drafts, upstream};

fn shown(here: &Contracts, there: &drift::Upstream, which: Which) -> String {
    let mut out = String::new();
    for draft in drafts(here, there, which) {
        let _ = writeln!(out, "{}\n{}", draft.path, draft.text);
    }
    out
}

/// Contracts that a draft can learn from.
fn known_pets() -> Contracts {
    let id = json!({ "type": "integer", "minimum": 1, "maximum": 99, "x-id": "pet", "description": "Which pet." });
    let action = |name: &str| {
        let params = json!({ "type": "object", "properties": { "pet_id": id }, "required": ["pet_id"] });
        ("action", json!({ "name": name, "category": "animal", "params": params, "result": { "type": "null" } }))
    };
    let mut contracts = contracts("example", &[action("get_pet"), action("wash_pet")]);
    contracts.cq = Some(true);
    contracts.suffixes = vec!["_async".to_owned()];
    contracts
}

#[test]
fn everything_of_an_openapi_document() {
    insta::assert_snapshot!(shown(&known_pets(), &upstream("openapi.json")[0], Which::All));
}

#[test]
fn what_is_missing_of_an_action_table() {
    insta::assert_snapshot!(shown(&known_pets(), &upstream("actions.json")[0], Which::Missing));
}

#[test]
fn what_is_missing_of_a_page() {
    insta::assert_snapshot!(shown(&known_pets(), &upstream("apifox.md")[0], Which::Missing));
}

#[test]
fn everything_of_milky() {
    insta::assert_snapshot!(shown(&Contracts::new("milky"), &upstream("milky.json")[0], Which::All));
}

#[test]
fn what_has_a_contract_is_not_drafted() {
    let paths = |which| -> Vec<String> {
        drafts(&known_pets(), &upstream("openapi.json")[0], which).into_iter().map(|draft| draft.path).collect()
    };
    assert!(paths(Which::All).contains(&"example/actions/animal/get_pet.json".to_owned()));
    assert!(!paths(Which::Missing).iter().any(|path| path.ends_with("/get_pet.json")));
}

#[test]
fn a_table_is_completed_by_a_page() {
    let mut table = upstream("actions.json").remove(0);
    let page = upstream("apifox.md").remove(0);
    let only_page = table.fill_from(&page);
    assert_eq!(only_page, ["count_pets"]);
    insta::assert_snapshot!(super::outline::outline(&table));
    let sources: Vec<String> = table.actions["get_pet"].sources.iter().map(|source| format!("{source:?}")).collect();
    insta::assert_snapshot!(sources.join("\n"));
}

/// A draft must not be taken for a contract: every action and every segment or event that has to be decided is
/// refused by the model itself, and everything else still says that something is to be done.
#[test]
fn no_draft_passes_for_a_contract() {
    for document in ["openapi.json", "actions.json", "milky.json", "apifox.md"] {
        for part in upstream(document) {
            let drafts = drafts(&Contracts::new("example"), &part, Which::All);
            assert!(!drafts.is_empty());
            for draft in drafts {
                let path = &draft.path;
                assert!(draft.text.contains(TODO), "{path}");
                let refused = if path.contains("/actions/") {
                    serde_json::from_str::<model::Action>(&draft.text).is_err()
                } else if path.contains("/segments/") {
                    serde_json::from_str::<model::Segment>(&draft.text).is_err()
                } else if path.contains("/events/") {
                    serde_json::from_str::<model::Event>(&draft.text).is_err()
                } else {
                    // A shared type has nothing to decide but its words.
                    serde_json::from_str::<model::SharedType>(&draft.text).is_ok_and(|shared| shared.summary.en == TODO)
                };
                assert!(refused, "{path}:\n{}", draft.text);
            }
        }
    }
}

/// Once it is decided what there is to decide, a draft says what its document says.
#[test]
fn a_decided_draft_has_no_drift() {
    let parts = [upstream("openapi.json"), upstream("actions.json"), upstream("milky.json"), upstream("apifox.md")];
    for part in parts.into_iter().flatten() {
        let found = drift_of_drafts(&Contracts::new("example"), &part);
        assert!(found.is_empty(), "{}:\n{}", part.title(), found.join("\n"));
    }
}

/// The contracts of the standard under another name, with these drafts.
fn with_drafts(drafts: &[(String, String)]) -> Sources {
    let standard = Sources::builtin();
    let mut texts: Vec<(String, String)> = standard
        .files()
        .iter()
        .filter_map(|file| {
            let place = file.place.strip_prefix("contracts/onebot11/")?;
            let text = file.text.replace("\"name\": \"onebot11\"", "\"name\": \"example\"");
            Some((format!("contracts/example/{place}"), text))
        })
        .collect();
    texts.retain(|(place, _)| !drafts.iter().any(|(path, _)| *place == format!("contracts/{path}")));
    texts.extend(drafts.iter().map(|(path, text)| (format!("contracts/{path}"), text.clone())));
    Sources::from_texts("", texts.iter().map(|(place, text)| (place.as_str(), text.as_str())))
}

/// A draft is refused as it is; decided, it lacks nothing but words.
#[test]
fn the_lint_refuses_drafts_until_they_are_completed() {
    for part in [upstream("openapi.json"), upstream("actions.json"), upstream("apifox.md")].into_iter().flatten() {
        let mut here = Contracts::new("example");
        here.cq = Some(true);
        let drafts = drafts(&here, &part, Which::All);
        let untouched: Vec<(String, String)> =
            drafts.iter().map(|draft| (draft.path.clone(), draft.text.clone())).collect();
        let told = lint(&with_drafts(&untouched));
        for draft in &drafts {
            assert!(told.iter().any(|defect| defect.path.ends_with(&draft.path)), "{} passes", draft.path);
        }
        let decided: Vec<(String, String)> =
            drafts.iter().map(|draft| (draft.path.clone(), decided(&draft.text))).collect();
        let told = lint(&with_drafts(&decided));
        for draft in &drafts {
            let own: Vec<&Defect> = told.iter().filter(|defect| defect.path.ends_with(&draft.path)).collect();
            assert!(own.iter().any(|defect| defect.rule == "unfinished"), "{} passes", draft.path);
            let other = own.iter().find(|defect| !["unfinished", "same-text"].contains(&defect.rule));
            assert!(other.is_none(), "{}\n{}", other.map(ToString::to_string).unwrap_or_default(), draft.text);
        }
    }
}

#[test]
fn drafts_learn_from_the_contracts_of_the_standard() {
    let standard = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let document = json!({
        "openapi": "3.1.0", "info": { "title": "Example", "version": "1" },
        "paths": { "/kick": { "post": {
            "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": {
                "group_id": { "type": "string" }, "user_id": { "anyOf": [{ "type": "string" }, { "type": "number" }] },
                "session_token": { "type": "string" },
            }, "required": ["group_id"] } } } },
            "responses": {},
        } } },
    });
    let part = drift::read(&document.to_string(), "kick.json").expect("the document is read").remove(0);
    let drafts = drafts(&Contracts::of(standard), &part, Which::Missing);
    assert_eq!(drafts.len(), 1);
    let draft: serde_json::Value = serde_json::from_str(&drafts[0].text).expect("a draft is JSON");
    let field = |name: &str, keyword: &str| draft["params"]["properties"][name][keyword].clone();
    // The standard writes these ids as whole numbers, so the string of the document is another way of writing them.
    for (name, kind) in [("group_id", "group"), ("user_id", "user")] {
        assert_eq!(field(name, "x-id"), kind);
        assert_eq!(field(name, "type"), "integer");
        assert!(field(name, "maximum").is_u64(), "{name} has no bound");
    }
    assert_eq!(field("session_token", "x-secret"), true);
    assert_eq!(field("session_token", "type"), "string");
}
