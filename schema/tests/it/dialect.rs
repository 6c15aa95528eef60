//! What a dialect knows about names, calls, parameters and its parent.

use std::path::Path;

use botspec_schema::model::Effect;
use botspec_schema::{CallMode, Catalog, Kind, Sources};
use serde_json::{Value, json};

/// The dialect `mini` with these texts beside it.
pub(crate) fn with(more: &[(&str, String)]) -> Catalog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mini");
    let sources = Sources::read_dir(&root);
    let mini = sources.files().iter().map(|file| (file.place.as_str(), file.text.as_str()));
    let more = more.iter().map(|(place, text)| (*place, text.as_str()));
    match Catalog::load(&Sources::from_texts("", mini.chain(more))) {
        Ok(catalog) => catalog,
        Err(defects) => panic!("{defects}"),
    }
}

/// A dialect that extends `mini` and has these files in place of its parent's.
fn child(more: &[(&str, String)]) -> Catalog {
    let file = include_str!("mini/contracts/mini/dialect.json")
        .replace("\"name\": \"mini\"", "\"name\": \"child\", \"extends\": \"mini\"");
    let mut texts = vec![("contracts/child/dialect.json", file)];
    texts.extend_from_slice(more);
    with(&texts)
}

#[test]
fn calls() {
    let catalog = with(&[]);
    let mini = catalog.dialect("mini").expect("it is there");
    for (name, expected) in [
        ("send", Some(("send", CallMode::Direct))),
        ("send_it", Some(("send", CallMode::Direct))),
        ("send_async", Some(("send", CallMode::Async))),
        ("send_it_rate_limited", Some(("send", CallMode::RateLimited))),
        ("send_async_async", None),
        ("_async", None),
        ("nothing", None),
        ("", None),
    ] {
        let call = mini.resolve_call(name).map(|call| (call.action.name.as_str(), call.mode));
        assert_eq!(call, expected, "{name}");
    }
    assert_eq!(mini.action("send_async"), None);
}

#[test]
fn an_exact_name_wins_over_a_suffix() {
    let own = include_str!("mini/contracts/mini/actions/message/look.json").replace("\"look\"", "\"send_async\"");
    let catalog = with(&[("contracts/mini/actions/message/send_async.json", own)]);
    let call = catalog.dialect("mini").and_then(|mini| mini.resolve_call("send_async")).expect("it is there");
    assert_eq!((call.action.name.as_str(), call.mode), ("send_async", CallMode::Direct));
}

#[test]
fn a_file_replaces_the_whole_of_the_parents() {
    let own = include_str!("mini/contracts/mini/actions/message/look.json")
        .replace("\"look\"", "\"send\"")
        .replace("\"read\"", "\"write\"");
    let catalog = child(&[("contracts/child/actions/message/send.json", own)]);
    let (mini, child) = (catalog.dialect("mini").expect("it"), catalog.dialect("child").expect("it"));

    let send = child.action("send").expect("it replaced the parent's");
    assert_eq!((send.declared_in.as_str(), send.effect), ("child", Effect::Write));
    assert_eq!(send.path, "contracts/child/actions/message/send.json");
    // Nothing of the parent's file is left, be it an alias.
    assert_eq!(child.action("send_it"), None);
    assert_eq!(mini.action("send_it").map(|send| send.effect), Some(Effect::Send));

    let look = child.action("look").expect("it is taken over");
    assert_eq!(look.declared_in, "mini");
    assert_eq!(child.defs(), mini.defs());
    assert!(child.requirements.is_none(), "requirements are never taken over");
    assert_ne!(child.hash(), mini.hash());
}

#[test]
fn the_hash_is_of_what_is_said() {
    let hash = |catalog: &Catalog| catalog.dialect("mini").expect("it is there").hash().to_owned();
    let text = include_str!("mini/contracts/mini/types/user.json");
    let place = "contracts/mini/types/other.json";
    let other = |text: &str| with(&[(place, text.replace("\"name\": \"user\"", "\"name\": \"other\""))]);
    let same = serde_json::from_str::<Value>(text).expect("JSON").to_string();
    assert_eq!(hash(&other(text)), hash(&other(&same.replace("\"name\":\"user\"", "\"name\": \"user\""))));
    assert_ne!(hash(&other(text)), hash(&other(&text.replace("A person.", "Somebody."))));
    assert_ne!(hash(&other(text)), hash(&with(&[])));
    assert_eq!(other(text).contract_hash(), other(text).contract_hash());
}

#[track_caller]
fn normalised(params: Value, expected: &Value) {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let action = dialect.action("set_group_anonymous_ban").expect("it is there");
    assert_eq!(dialect.normalise_params(action, params), *expected);
}

#[test]
fn parameters_in_their_canonical_form() {
    normalised(json!({"group_id": "70001"}), &json!({"group_id": 70001}));
    normalised(json!({"flag": "x"}), &json!({"anonymous_flag": "x"}));
    // What stands under the first name wins, and the other stays for whoever wants to see it.
    normalised(json!({"flag": "x", "anonymous_flag": "y"}), &json!({"flag": "x", "anonymous_flag": "y"}));
    normalised(json!({"anonymous": "{\"id\": 1}"}), &json!({"anonymous": {"id": 1}}));
    // What cannot be turned stays, for the check to tell.
    normalised(json!({"anonymous": "[1]"}), &json!({"anonymous": "[1]"}));
    normalised(json!({"group_id": "7x", "duration": ""}), &json!({"group_id": "7x", "duration": ""}));
    normalised(json!({"group_id": 1.5, "other": "1"}), &json!({"group_id": 1.5, "other": "1"}));
    normalised(json!([1]), &json!([1]));
}

#[test]
fn words_for_booleans_and_messages() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let turned =
        |name: &str, params: Value| dialect.normalise_params(dialect.action(name).expect("it is there"), params);
    for (word, expected) in [
        ("true", json!(true)),
        ("False", json!(false)),
        ("1", json!(true)),
        ("0", json!(false)),
        ("yes", json!(true)),
        ("no", json!(false)),
        ("maybe", json!("maybe")),
    ] {
        assert_eq!(turned("set_group_anonymous", json!({"enable": word}))["enable"], expected, "{word}");
    }
    // A message is a string in its own right.
    let message = json!({"message": "[{\"type\": \"text\"}]"});
    assert_eq!(turned("send_msg", message.clone()), message);
}

#[test]
fn a_schema_by_itself_holds_what_it_refers_to() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let defs = |kind, name| {
        let schema = dialect.schema_of(kind, name).expect("it is there");
        let defs = schema.get("$defs").and_then(Value::as_object);
        defs.map(|defs| defs.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    assert_eq!(defs(Kind::ActionParams, "set_group_card"), Vec::<String>::new());
    assert!(defs(Kind::ActionParams, "send_msg").contains(&"segment_send".to_owned()));
    assert!(!defs(Kind::ActionParams, "send_msg").contains(&"segment_receive".to_owned()));
    assert!(defs(Kind::Response, "get_stranger_info").contains(&"sex".to_owned()));
    assert_eq!(dialect.schema_of(Kind::SegmentSend, "forward"), None, "it is only received");
}

#[test]
fn kinds_have_words() {
    for kind in Kind::ALL {
        assert_eq!(kind.to_string().parse(), Ok(kind));
    }
    let told = "actions".parse::<Kind>().map_err(|error| error.to_string());
    assert!(told.is_err_and(|told| told.starts_with("`actions` is no kind of document; there are action-params, ")));
}
