//! The lint tells what is wrong, and where.
//!
//! Each case changes one place of a small sound dialect (the folder `mini`) and names every defect that follows.

use std::fmt::Write as _;
use std::path::Path;

use botspec_schema::lint::lint;
use botspec_schema::{Catalog, Sources};

const SEND: &str = "contracts/mini/actions/message/send.json";
const LOOK: &str = "contracts/mini/actions/message/look.json";
const TEXT: &str = "contracts/mini/segments/text.json";
const CARD: &str = "contracts/mini/segments/card.json";
const EVENT: &str = "contracts/mini/events/message.private.json";
const USER: &str = "contracts/mini/types/user.json";
const DIALECT: &str = "contracts/mini/dialect.json";
const REQUIREMENTS: &str = "requirements/mini.json";

/// The needs of the action that sends.
const NEEDS: &str = "\"needs\": [{ \"at\": \"/user_id\", \"in\": \"friend\" }]";

/// One change, and the defects that follow, as `line:column [rule]`; in the changed file unless a file is named.
struct Case {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    expected: &'static str,
}

const fn case(file: &'static str, from: &'static str, to: &'static str, expected: &'static str) -> Case {
    Case { file, from, to, expected }
}

/// Cases by what they are about.
const CASES: &[Case] = &[
    // What does not parse.
    case(SEND, "\"effect\": \"send\"", "\"efect\": \"send\"", "7:3 [unknown-key]"),
    case(SEND, "  \"effect\": \"send\",\n", "", "34:1 [missing-key]"),
    case(SEND, "\"effect\": \"send\"", "\"effect\": \"sends\"", "7:13 [unknown-word]"),
    case(
        SEND,
        "\"needs\": [{ \"at\": \"/user_id\", \"in\": \"friend\" }]",
        "\"needs\": \"friend\"",
        "8:12 [wrong-type]",
    ),
    case(SEND, "\"needs\": [{ \"at\": \"/user_id\", \"in\": \"friend\" }],", "\"needs\": []", "9:3 [syntax]"),
    case(
        SEND,
        "\"category\": \"message\"",
        "\"category\": \"message\", \"category\": \"message\"",
        "5:26 [duplicate-key]",
    ),
    case(SEND, "\"title\": \"Hello\"", "\"titel\": \"Hello\"", "29:7 [unknown-key]"),
    case(USER, "\"schema\": {", "\"schem\": {", "4:3 [unknown-key]"),
    // What is needed, made and left behind.
    case(SEND, NEEDS, "\"needs\": [\"frend\"]", "8:13 [unknown-word]"),
    case(SEND, NEEDS, "\"needs\": [{ \"at\": \"/user_id\", \"inn\": \"friend\" }]", "8:33 [unknown-key]"),
    case(SEND, NEEDS, "\"needs\": [{ \"at\": \"/user_id\", \"in\": \"friends\" }]", "8:39 [unknown-word]"),
    case(SEND, NEEDS, "\"needs\": []", "30:30 [need-missing]"),
    case(SEND, NEEDS, "\"needs\": [{ \"at\": \"/times\" }]", "8:21 [need-place], 30:30 [need-missing]"),
    case(SEND, NEEDS, "\"needs\": [{ \"at\": \"/nobody\" }]", "8:21 [need-place], 30:30 [need-missing]"),
    case(SEND, NEEDS, "\"needs\": [{ \"by\": \"own\" }]", "8:13 [need-place], 30:30 [need-missing]"),
    case(SEND, NEEDS, "\"needs\": [], \"spends\": [\"friend\"]", "8:27 [spends-need], 30:30 [need-missing]"),
    case(
        SEND,
        NEEDS,
        "\"needs\": [], \"makes\": [{ \"fixture\": \"post\" }]",
        "8:26 [makes-place], 30:30 [need-missing]",
    ),
    case(
        SEND,
        NEEDS,
        "\"needs\": [], \"makes\": [{ \"fixture\": \"post\", \"at\": \"/post\", \"of\": \"/nobody\" }]",
        "8:26 [makes-place], 8:68 [unknown-parameter], 30:30 [need-missing]",
    ),
    case(
        SEND,
        NEEDS,
        "\"needs\": [], \"makes\": [{ \"fixture\": \"post\", \"of\": \"/times\", \"undo\": \"look\" }]",
        "8:71 [only-reads], 30:30 [need-missing]",
    ),
    case(
        SEND,
        NEEDS,
        "\"needs\": [], \"makes\": [{ \"fixture\": \"post\", \"found_by\": { \"read\": \"send\", \"at\": \"/0\", \"match\": \"/tims\" } }]",
        "8:69 [no-read], 8:98 [unknown-parameter], 30:30 [need-missing]",
    ),
    case(
        SEND,
        NEEDS,
        "\"needs\": [], \"reads_back\": [{ \"param\": \"/tims\", \"by\": \"lok\", \"at\": \"/times\" }]",
        "8:42 [unknown-parameter], 8:57 [unknown-action], 30:30 [need-missing]",
    ),
    case(SEND, "\"effect\": \"send\"", "\"effect\": \"write\", \"leaves\": \"lasting\"", ""),
    case(SEND, "\"effect\": \"send\"", "\"effect\": \"write\"", "7:13 [write-inverse]"),
    case(
        SEND,
        "\"effect\": \"send\"",
        "\"effect\": \"read\", \"leaves\": \"nothing\", \"makes\": [{ \"fixture\": \"post\", \"at\": \"/to\" }]",
        "7:13 [read-without-basis], 7:31 [leaves-nothing], 7:51 [read-makes]",
    ),
    case(
        SEND,
        "\"minimum\": 1, \"x-id\"",
        "\"x-source\": { \"media\": \"image\", \"forms\": [\"path\"] }, \"x-id\"",
        "12:51 [source-id]",
    ),
    case(
        SEND,
        "\"minimum\": 1, \"x-id\": \"user\"",
        "\"x-source\": { \"media\": \"image\", \"forms\": [\"paths\"] }",
        "8:21 [need-place], 12:51 [keyword-shape]",
    ),
    case(SEND, "\"enum\": [\"fast\", \"slow\"]", "\"x-fixture\": \"nothing\"", "15:47 [unknown-fixture]"),
    // Names.
    case(
        SEND,
        "\"name\": \"send\"",
        "\"name\": \"sent\"",
        "3:11 [name-differs], contracts/mini/events/message.private.json:13:41 [unknown-action], contracts/mini/events/message.private.json:15:114 [unknown-action]",
    ),
    case(SEND, "\"category\": \"message\"", "\"category\": \"messages\"", "5:15 [name-differs]"),
    case(SEND, "[\"send_it\"]", "[\"look\"]", "4:15 [duplicate-name]"),
    case(SEND, "[\"send_it\"]", "[\"send_it\", \"send_it\"]", "4:15 [duplicate-name], 4:26 [duplicate-name]"),
    case(SEND, "../../../../meta", "../../meta", "2:14 [meta-schema]"),
    case(
        TEXT,
        "\"type\": \"text\"",
        "\"type\": \"words\"",
        "contracts/mini/dialect.json:30:21 [cq-signs], 2:11 [name-differs], 15:107 [cq-example]",
    ),
    case(DIALECT, "\"name\": \"mini\"", "\"name\": \"maxi\"", "2:11 [name-differs]"),
    case(DIALECT, "\"protocol_version\"", "\"extends\": \"onebot\", \"protocol_version\"", "5:14 [unknown-dialect]"),
    case(DIALECT, "\"protocol_version\"", "\"extends\": \"mini\", \"protocol_version\"", "5:14 [unknown-dialect]"),
    case(
        DIALECT,
        "\"protocol_version\"",
        "\"without\": { \"actions\": [\"look\"] }, \"protocol_version\"",
        "5:28 [nothing-to-leave-out]",
    ),
    // Words.
    case(SEND, "发一条消息。", "Sends a message.", "6:48 [same-text]"),
    case(SEND, "发一条消息。", "Sends.", "6:48 [wrong-language]"),
    case(SEND, "发一条消息。", " ", "6:48 [empty-text]"),
    case(SEND, "Sends a message.", "发消息", "6:22 [wrong-language]"),
    case(USER, "[{ \"document\": \"a document\", \"heading\": \"a heading\" }]", "[]", "12:14 [no-source]"),
    case(USER, "\"heading\": \"a heading\"", "\"heading\": \"\"", "12:54 [no-source]"),
    case(SEND, "\"title\": \"Hello\"", "\"title\": \"\"", "29:16 [empty-text]"),
    // Keywords.
    case(SEND, "\"minimum\": 1, \"x-id\"", "\"minimun\": 1, \"x-id\"", "12:50 [unknown-keyword]"),
    case(SEND, "\"minimum\": 1, \"x-id\"", "\"allOf\": [], \"x-id\"", "12:48 [unknown-keyword]"),
    case(SEND, "\"minimum\": 1, \"x-id\"", "\"minimum\": \"1\", \"x-id\"", "12:50 [keyword-shape]"),
    case(SEND, "\"minimum\": 1, \"x-id\"", "\"minLength\": 1, \"x-id\"", "12:52 [idle-keyword]"),
    case(
        SEND,
        "\"minimum\": 1, \"x-id\"",
        "\"minimum\": 1, \"x-same-as\": \"nowhere\", \"x-id\"",
        "12:66 [unknown-same-as]",
    ),
    case(
        SEND,
        "\"minimum\": 1, \"maximum\": 9",
        "\"minimum\": 9, \"maximum\": 1",
        "14:62 [empty-range], 14:76 [value-misfit]",
    ),
    case(SEND, "\"x-volatile\": true", "\"x-volatile\": \"yes\"", "22:75 [keyword-shape]"),
    case(
        SEND,
        "\"type\": \"integer\", \"x-id\"",
        "\"type\": \"int\", \"x-id\"",
        "22:31 [keyword-shape], 31:33 [example-misfit]",
    ),
    case(
        SEND,
        "\"type\": \"integer\", \"x-id\"",
        "\"type\": [\"integer\", \"string\"], \"x-id\"",
        "22:31 [keyword-shape]",
    ),
    case(
        SEND,
        "[\"user_id\", \"message\"]",
        "[\"user_id\", \"mesage\"]",
        "17:29 [unknown-required], 30:17 [example-misfit], contracts/mini/events/message.private.json:13:59 [trigger-params]",
    ),
    case(SEND, "[\"user_id\", \"message\"]", "[\"user_id\", \"user_id\"]", "17:17 [keyword-shape]"),
    case(SEND, ", \"description\": \"How often.\"", "", "14:16 [no-description]"),
    case(USER, "\"type\": \"integer\", ", "", "7:18 [untyped], 7:28 [id-of-no-id]"),
    case(
        USER,
        "\"type\": \"integer\", \"x-id\": \"user\"",
        "\"type\": \"array\"",
        "contracts/mini/actions/message/send.json:31:59 [example-misfit], 7:18 [untyped]",
    ),
    case(
        TEXT,
        "\"type\": \"string\", ",
        "\"type\": \"string\", \"pattern\": \"(\", ",
        "7:60 [malformed-pattern], 15:54 [example-misfit]",
    ),
    // Values.
    case(SEND, "\"default\": 1", "\"default\": 10", "14:76 [value-misfit]"),
    case(SEND, "\"default\": 1", "\"default\": \"1\"", "14:76 [value-misfit]"),
    case(SEND, "[\"fast\", \"slow\"]", "[\"fast\", 2]", "15:51 [value-misfit]"),
    case(SEND, "[\"fast\", \"slow\"]", "[\"fast\", \"fast\"]", "15:51 [duplicate-value]"),
    case(
        EVENT,
        "{ \"const\": \"message\" }",
        "{ \"type\": \"integer\", \"const\": \"message\" }",
        "8:50 [value-misfit], 14:31 [example-misfit]",
    ),
    // References and types.
    case(
        SEND,
        "#/$defs/user",
        "#/$defs/usr",
        "23:23 [unresolved-ref], contracts/mini/types/user.json:2:11 [unused-type]",
    ),
    case(
        SEND,
        "#/$defs/user",
        "user.json",
        "23:23 [unresolved-ref], contracts/mini/types/user.json:2:11 [unused-type]",
    ),
    case(
        SEND,
        "{ \"$ref\": \"#/$defs/user\" }",
        "{ \"$ref\": \"#/$defs/user\", \"type\": \"object\" }",
        "23:47 [beside-ref]",
    ),
    case(
        SEND,
        "{ \"$ref\": \"#/$defs/user\" }",
        "{ \"type\": \"object\", \"description\": \"Who.\" }",
        "contracts/mini/types/user.json:2:11 [unused-type]",
    ),
    case(
        USER,
        "[\"user_id\"]",
        "[\"user_id\", \"friend\"]",
        "contracts/mini/actions/message/send.json:31:46 [example-misfit], 4:13 [endless-type]",
    ),
    // Unions.
    case(
        CARD,
        "{ \"const\": \"note\" }",
        "{ \"const\": \"link\" }",
        "12:7 [undecidable-union], 19:55 [example-misfit]",
    ),
    case(
        CARD,
        "\"type\": \"object\",\n        \"properties\": { \"kind\": { \"const\": \"note\"",
        "\"properties\": { \"kind\": { \"const\": \"note\"",
        "12:7 [undecidable-union], 12:7 [untyped]",
    ),
    case(
        SEND,
        "\"required\": [\"user_id\", \"message\"]",
        "\"anyOf\": [{ \"required\": [\"user_id\"] }, { \"type\": \"object\" }]",
        "17:44 [any-of]",
    ),
    case(
        SEND,
        "\"required\": [\"user_id\", \"message\"]",
        "\"anyOf\": [{ \"required\": [\"user_id\"] }, { \"required\": [\"usr\"] }]",
        "17:59 [unknown-required]",
    ),
    case(
        SEND,
        "\"required\": [\"user_id\", \"message\"]",
        "\"anyOf\": [{ \"required\": [\"user_id\"] }, { \"required\": [\"message\"], \"properties\": { \"way\": { \"const\": \"fast\" } } }]",
        "",
    ),
    case(
        SEND,
        "\"required\": [\"user_id\", \"message\"]",
        "\"anyOf\": [{ \"required\": [\"user_id\"] }, { \"required\": [\"message\"], \"properties\": { \"way\": { \"const\": \"fsat\" } } }]",
        "17:105 [any-of]",
    ),
    case(
        SEND,
        "\"required\": [\"user_id\", \"message\"]",
        "\"anyOf\": [{ \"required\": [\"user_id\"] }, { \"required\": [\"message\"], \"properties\": { \"wya\": { \"const\": \"fast\" } } }]",
        "17:94 [any-of]",
    ),
    case(
        SEND,
        "\"required\": [\"user_id\", \"message\"]",
        "\"anyOf\": [{ \"required\": [\"user_id\"] }, { \"required\": [\"message\"], \"properties\": { \"way\": { \"minLength\": 1 } } }]",
        "17:94 [any-of]",
    ),
    // Annotations.
    case(SEND, "\"x-id\": \"user\"", "\"x-id\": \"usr\"", "12:61 [unknown-id]"),
    case(
        TEXT,
        "\"type\": \"string\", ",
        "\"type\": \"boolean\", \"x-id\": \"user\", ",
        "7:58 [id-of-no-id], 15:54 [example-misfit]",
    ),
    case(SEND, "[\"uin\"]", "[\"times\"]", "12:83 [alias-clash]"),
    case(SEND, "[\"uin\"]", "\"uin\"", "12:82 [keyword-shape]"),
    case(USER, "\"x-id\": \"user\",", "\"x-id\": \"user\", \"x-aliases\": [\"uin\"],", "7:68 [misplaced-annotation]"),
    // Actions.
    case(
        LOOK,
        "\"type\": \"object\"",
        "\"type\": \"array\"",
        "6:13 [params-no-object], 6:13 [untyped], 6:46 [idle-keyword]",
    ),
    case(LOOK, "\"effect\": \"read\"", "\"effect\": \"read\", \"waits\": \"timeout\"", "5:30 [waits-unknown]"),
    case(LOOK, "\"effect\": \"read\"", "\"effect\": \"read\", \"spends\": [\"image\"]", "5:31 [read-spends]"),
    case(
        LOOK,
        ", \"effect_basis\": [{ \"document\": \"a document\", \"heading\": \"a heading\" }]",
        "",
        "5:13 [read-without-basis]",
    ),
    case(LOOK, "\"effect\": \"read\"", "\"effect\": \"send\"", "5:37 [basis-of-no-read]"),
    case(
        LOOK,
        "\"effect\": \"read\"",
        "\"effect\": \"read\", \"available_if\": \"send\"",
        "5:37 [available-if-unknown]",
    ),
    case(
        SEND,
        "\"user_id\": 20002, \"message\": \"hello\"",
        "\"user_id\": [], \"message\": [{ \"type\": \"txt\" }]",
        "30:30 [example-misfit], 30:46 [example-misfit], 30:56 [example-misfit]",
    ),
    case(SEND, "{ \"message_id\": 61001,", "{ \"message\": 61001,", "31:17 [example-misfit]"),
    // Envelopes.
    case(DIALECT, "\"outcomes\": {", "\"texts\": [\"wording\"], \"outcomes\": {", "16:15 [envelope-key]"),
    case(DIALECT, "\"outcomes\": {", "\"omits_data\": [\"look\"], \"outcomes\": {", "16:19 [envelope-data]"),
    case(
        DIALECT,
        "{ \"status\": \"failed\" }",
        "{ \"status\": \"failed\", \"required\": [\"data\", \"message\"] }",
        "16:158 [envelope-key]",
    ),
    // Forms of messages.
    case(
        DIALECT,
        "[\"string\", \"segment\", \"array\"]",
        "[]",
        "contracts/mini/actions/message/send.json:30:48 [example-misfit], 21:30 [message-forms], contracts/mini/events/message.private.json:13:92 [trigger-params]",
    ),
    case(
        DIALECT,
        "\"string_params\"",
        "\"roles\": { \"myself\": \"loook\" }, \"string_params\"",
        "20:24 [role-action]",
    ),
    case(DIALECT, "[\"string\", \"array\"]", "[\"array\", \"array\"]", "21:83 [message-forms]"),
    case(LOOK, "\"effect\": \"read\"", "\"effect\": \"read\", \"streams\": true", "5:32 [stream-unmarked]"),
    // Segments and their CQ codes.
    case(
        CARD,
        "\"kind\": \"note\", \"text\": \"a,b\"",
        "\"kind\": \"nope\"",
        "19:55 [example-misfit], 19:71 [cq-example]",
    ),
    case(CARD, "a&#44;b", "a,b", "19:86 [cq-example]"),
    case(CARD, "\"cq\": true", "\"cq\": false", "19:86 [cq-example]"),
    case(CARD, "\"cq\": true", "\"cq\": true, \"refused_by\": [\"send\", \"look\"]", "4:38 [refused-by]"),
    case(CARD, "\"cq\": true", "\"cq\": true, \"refused_by\": [\"sent\"]", "4:30 [unknown-action]"),
    case(CARD, "\"cq\": \"[CQ:card,", "\"receive\": {}, \"cq\": \"[CQ:card,", "19:91 [example-misfit]"),
    case(TEXT, "1 &amp; &#91;2]", "1 & [2]", "15:107 [cq-example]"),
    case(
        DIALECT,
        "[{ \"raw\": \"&\", \"escaped\": \"&amp;\" }, { \"raw\": \"[\", \"escaped\": \"&#91;\" }]",
        "[{ \"raw\": \"[\", \"escaped\": \"&#91;\" }, { \"raw\": \"&\", \"escaped\": \"&amp;\" }]",
        "32:22 [cq-signs], contracts/mini/segments/text.json:15:107 [cq-example]",
    ),
    // Events.
    case(
        EVENT,
        "{ \"const\": \"message\" }",
        "{ \"type\": \"string\", \"description\": \"Kind.\" }",
        "8:20 [identify-not-fixed]",
    ),
    case(EVENT, "[\"post_type\", \"user_id\"]", "[\"user_id\"]", "11:17 [identify-not-fixed]"),
    case(
        EVENT,
        "{ \"post_type\": \"message\", \"user_id\": 20002 }",
        "{ \"post_type\": \"message\" }",
        "14:16 [example-misfit]",
    ),
    case(EVENT, "\"call\": \"send\"", "\"call\": \"sent\"", "13:41 [unknown-action]"),
    case(EVENT, "\"call\": \"send\", ", "", "13:16 [trigger-call]"),
    case(EVENT, "\"$self\"", "\"$slef\"", "13:72 [unknown-fixture]"),
    case(EVENT, "\"message\": \"hello\"", "\"message\": 7", "13:92 [trigger-params]"),
    case(
        EVENT,
        "\"message\": \"hello\" } }",
        "\"message\": \"hello\" }, \"expects\": { \"/user\": 7, \"/user_id\": \"=user\", \"/post_type\": \"notice\" } }",
        "13:125 [trigger-expects], 13:140 [trigger-expects], 13:163 [trigger-expects]",
    ),
    case(EVENT, "{ \"by\": \"clock\" }", "{ \"by\": \"clock\", \"call\": \"send\" }", "13:130 [trigger-call]"),
    case(EVENT, "send/message", "sent/message", "15:114 [unknown-action]"),
    case(EVENT, "send/message", "send/words", "15:114 [unknown-action]"),
    // Requirements.
    case(REQUIREMENTS, "mini@1", "mini", "2:10 [requirement-set]"),
    case(
        REQUIREMENTS,
        "\"id\": \"mini/envelope/failed\"",
        "\"id\": \"mini/envelope/ok\"",
        "13:13 [duplicate-requirement]",
    ),
    case(
        REQUIREMENTS,
        "\"id\": \"mini/envelope/failed\"",
        "\"id\": \"maxi/envelope/failed\"",
        "13:13 [requirement-id]",
    ),
    case(REQUIREMENTS, "mini/action/*/envelope", "mini//Action", "9:38 [malformed-glob]"),
    case(REQUIREMENTS, "[\"mini/envelope/failed\"]", "[]", "16:17 [requirement-uncovered]"),
];

fn mini() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mini");
    Sources::read_dir(&root).files().iter().map(|file| (file.place.clone(), file.text.clone())).collect()
}

fn lint_texts(texts: &[(String, String)]) -> Vec<botspec_schema::Defect> {
    lint(&Sources::from_texts("", texts.iter().map(|(place, text)| (place.as_str(), text.as_str()))))
}

fn changed(file: &str, from: &str, to: &str) -> Vec<(String, String)> {
    let mut texts = mini();
    let (_, text) = texts.iter_mut().find(|(place, _)| place == file).expect("a file of mini");
    assert!(text.contains(from), "{file} does not hold {from}");
    *text = text.replacen(from, to, 1);
    texts
}

#[test]
fn a_sound_dialect_is_clean() {
    assert_eq!(lint_texts(&mini()), []);
}

#[test]
fn built_in_contracts_are_clean() {
    let defects = lint(&Sources::builtin());
    let told: Vec<String> = defects.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(Sources::builtin().files().len() > 90);
}

#[test]
fn each_change_is_told_at_its_place() {
    let mut golden = String::new();
    let mut wrong = String::new();
    for Case { file, from, to, expected } in CASES {
        let defects = lint_texts(&changed(file, from, to));
        let told: Vec<String> = defects
            .iter()
            .map(|it| {
                let elsewhere = if it.path == *file { String::new() } else { format!("{}:", it.path) };
                format!("{elsewhere}{}:{} [{}]", it.line, it.column, it.rule)
            })
            .collect();
        if told.join(", ") != *expected {
            let _ = writeln!(wrong, "{file}, {from} -> {to}\n  expected {expected}\n  told     {}", told.join(", "));
        }
        let _ = writeln!(golden, "{from}  ->  {to}");
        for defect in &defects {
            let _ = writeln!(golden, "    {defect}");
        }
    }
    insta::assert_snapshot!(golden);
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is told about files beside the sound ones.
fn told_with(more: &[(&str, &str)]) -> String {
    let mut texts = mini();
    texts.extend(more.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())));
    lint_texts(&texts).iter().fold(String::new(), |mut told, defect| {
        let _ = writeln!(told, "{defect}");
        told
    })
}

fn mini_extends(name: &str, parent: &str) -> String {
    include_str!("mini/contracts/mini/dialect.json")
        .replace("\"name\": \"mini\"", &format!("\"name\": \"{name}\", \"extends\": \"{parent}\""))
}

#[test]
fn parents_in_a_circle() {
    let (a, b, c) = (mini_extends("a", "b"), mini_extends("b", "a"), mini_extends("c", "b"));
    insta::assert_snapshot!(told_with(&[
        ("contracts/a/dialect.json", &a),
        ("contracts/b/dialect.json", &b),
        ("contracts/c/dialect.json", &c),
    ]));
}

#[test]
fn files_that_do_not_belong() {
    let mut golden = String::new();
    for (place, text) in [
        ("contracts/mini/action/x.json", "{}"),
        ("contracts/maxi/types/x.json", "{"),
        (
            "contracts/maxi/types/x.json",
            r##"{ "name": "x", "summary": { "en": "X", "zh": "某" }, "schema": { "$ref": "#/$defs/y" }, "sources": [] }"##,
        ),
        ("contracts/maxi/dialect.json", &mini_extends("maxi", "midi")),
        ("contracts/maxi/dialect.json", &mini_extends("maxi", "mimi")),
        ("requirements/maxi.json", r#"{ "set": "maxi@1", "dialect": "maxi", "requirements": [] }"#),
    ] {
        golden += &told_with(&[(place, text)]);
    }
    insta::assert_snapshot!(golden);
}

#[test]
fn two_owners() {
    let text = |wanted| mini().into_iter().find(|(place, _)| place == wanted).expect("it is there").1;
    let other = text(EVENT).replace("message.private", "message.other");
    let mut golden = told_with(&[("contracts/mini/actions/group/look.json", &text(LOOK))]);
    golden += &told_with(&[("contracts/mini/events/message.other.json", &other)]);
    insta::assert_snapshot!(golden);
}

#[test]
fn a_folder_without_contracts_is_told() {
    let empty = tempfile::tempdir().expect("a folder");
    let defects = Catalog::load_dir(empty.path()).expect_err("there is nothing to load");
    let told = defects.to_string().replace(&empty.path().display().to_string(), "FOLDER");
    assert_eq!(
        told,
        "FOLDER:1:1: [unreadable] there is no contract below this folder; \
         help: name the folder that holds `contracts/` and `requirements/`"
    );
}

#[test]
fn a_folder_is_read_as_the_built_in_contracts_are() {
    let read = Catalog::load_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("it loads");
    assert_eq!(read.contract_hash(), Catalog::builtin().contract_hash());
}

/// Whatever stands in a file, the lint says something and does not panic.
#[test]
fn no_text_stops_the_lint() {
    let sound = mini();
    for (place, text) in &sound {
        let offsets = text.char_indices().map(|(offset, _)| offset).step_by(41);
        for offset in offsets {
            let cut = text[..offset].to_owned();
            let mut spoiled = text.clone();
            spoiled.replace_range(offset..offset + text[offset..].chars().next().map_or(0, char::len_utf8), "{");
            for text in [cut, spoiled] {
                let mut texts = sound.clone();
                texts.iter_mut().filter(|(other, _)| other == place).for_each(|(_, old)| old.clone_from(&text));
                for defect in lint_texts(&texts) {
                    assert!(defect.line >= 1 && defect.column >= 1, "{defect}");
                }
            }
        }
    }
}

#[test]
fn a_child_does_not_take_over_what_it_leaves_out() {
    let mut texts = mini();
    let parent = texts.iter().find(|(place, _)| place == DIALECT).expect("it is there").1.clone();
    let child = parent.replacen("\"name\": \"mini\"", "\"name\": \"child\"", 1).replacen(
        "\"protocol_version\"",
        "\"extends\": \"mini\", \"without\": { \"actions\": [\"look\"] }, \"protocol_version\"",
        1,
    );
    texts.push(("contracts/child/dialect.json".to_owned(), child));
    let texts = texts.iter().map(|(place, text)| (place.as_str(), text.as_str()));
    let catalog = Catalog::load(&Sources::from_texts("", texts)).expect("sound contracts");
    let actions = |name: &str| catalog.dialect(name).expect("a dialect").actions.keys().cloned().collect::<Vec<_>>();
    assert_eq!(actions("mini"), ["look", "send"]);
    assert_eq!(actions("child"), ["send"]);
    assert_eq!(catalog.dialect("child").and_then(|child| child.action("send")).expect("send").declared_in, "mini");
}
