//! What an event has to be about: who and what its trigger named. An event of the same kind that an earlier step caused comes
//! late at times, and must not be taken for the one that is awaited.

use botspec_reports::record::Difference;
use botspec_schema::Kind;
use botspec_schema::model::{Event, Fixture, Trigger, TriggerBy};
use serde_json::Value;

use crate::contract::Contract;
use crate::fixtures::{Bindings, name};

/// A message of the second account, by the name that triggers use.
pub(super) const ACTOR_MESSAGE: &str = "actor_message";

/// What an event has to name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct About {
    /// Kinds of ids with their values.
    named: Vec<(&'static str, String)>,
    /// Who did it, where that is the second account.
    by: Option<String>,
    /// The fields that its trigger determines, by JSON pointer.
    expected: Vec<(String, Value)>,
    /// Its text, where it is a message.
    text: Option<String>,
}

const BY: &str = "who did it";

/// Who did something that nobody knows of.
const NOBODY: &str = "0";

const USER: &str = "user";
const GROUP: &str = "group";
const PEER: &str = "peer";
const MESSAGE: &str = "message";

/// How deep in an event its own ids stand.
const DEPTH: usize = 2;

impl About {
    /// What the parameters of a trigger name. An account that is named by its own event is reported by the connection; and what
    /// one account calls a message, another may not.
    pub(super) fn of_trigger(contract: &Contract, trigger: &Trigger, bindings: &Bindings, called: &Value) -> Self {
        let params = trigger.params.as_ref().and_then(Value::as_object);
        let named = params.into_iter().flatten().filter_map(|(_, value)| value.as_str()?.strip_prefix('$'));
        let wanted = named.filter_map(|named| {
            let value = text(bindings.get(named)?)?;
            let people = [name(Fixture::Friend), name(Fixture::Member), "actor"];
            let kind = if named == name(Fixture::Group) {
                GROUP
            } else if people.contains(&named) {
                USER
            } else if named == ACTOR_MESSAGE && trigger.by != TriggerBy::Actor {
                MESSAGE
            } else {
                return None;
            };
            Some((kind, value))
        });
        let by = bindings.get("actor").filter(|_| trigger.by == TriggerBy::Actor).and_then(text);
        let expected = trigger.expects.iter().filter_map(|(pointer, value)| {
            let value = match value.as_str() {
                Some(word) if word.starts_with('$') => bindings.get(&word[1..])?.clone(),
                Some(word) if word.starts_with('=') => called.get(&word[1..])?.clone(),
                _ => value.clone(),
            };
            Some((pointer.clone(), value))
        });
        let text = params.into_iter().flatten().find_map(|(key, value)| {
            let is_content = value.as_str().is_some_and(|text| !text.starts_with('$')) || value.is_array();
            let sent = called.get(key).filter(|_| is_content && trigger.by != TriggerBy::Itself)?;
            super::messages::words(contract, &contract.segments_of(sent))
        });
        Self { named: wanted.collect(), by, expected: expected.collect(), text }
    }

    /// The accounts and groups that an event names, for what comes of it.
    pub(super) fn of_event(contract: &Contract, event: &Event, document: &Value) -> Self {
        let of = |kind: &'static str| {
            let places = own_places(contract, event, kind);
            places.into_iter().filter_map(move |place| Some((kind, text(document.pointer(&place)?)?)))
        };
        Self { named: of(USER).chain(of(GROUP)).collect(), ..Self::default() }
    }

    /// Where an event is about something else: it names things of a kind, and none of them is the one that it has to name.
    /// Fields that are missing or no ids at all are the business of the check about its fields.
    pub(super) fn contradiction(&self, contract: &Contract, event: &Event, document: &Value) -> Option<Difference> {
        let told = contract.ids_at(&event.data, document, "");
        if let Some(difference) = self.unexpected_field(contract, event, document) {
            return Some(difference);
        }
        // Where a field would name it and is not there, it is open whether anything else does.
        let is_left_out = |wanted: &str| {
            let at = |(pointer, value): &(String, Value)| {
                let found = document.pointer(pointer).filter(|found| !found.is_null());
                found.is_none() && text(value).as_deref() == Some(wanted)
            };
            self.expected.iter().any(at)
        };
        let named = self.named.iter().filter(|(_, wanted)| !is_left_out(wanted));
        let named = named.map(|(kind, wanted)| (*kind, wanted, "which its trigger named"));
        let by = self.by.iter().map(|wanted| (USER, wanted, BY));
        named.chain(by).find_map(|(kind, wanted, why)| {
            let places = own_places(contract, event, kind);
            let all: Option<Vec<String>> = places.iter().map(|place| text(document.pointer(place)?)).collect();
            let all = all.filter(|all| why != BY || !all.iter().any(|it| it == NOBODY))?;
            let is_told = told.iter().any(|id| same_kind(&id.kind, kind) && id.value == *wanted);
            let found = all.into_iter().next()?;
            (!is_told).then(|| Difference { pointer: places[0].clone(), expected: format!("{wanted}, {why}"), found })
        })
    }
}

impl About {
    /// A field with another value than the trigger determines. Whether it is there, and a value that the contract permits, is
    /// the business of the check about its fields.
    fn unexpected_field(&self, contract: &Contract, event: &Event, document: &Value) -> Option<Difference> {
        let unknown = |pointer: &str, found: &Value| {
            let kinds = contract.ids_at(&event.data, document, "");
            text(found).as_deref() == Some(NOBODY) && kinds.iter().any(|id| id.pointer == pointer && id.kind == USER)
        };
        let broken = std::cell::OnceCell::new();
        let permitted = |pointer: &str| {
            let differences = || contract.differences(Kind::Event, Some(&event.name), document);
            let within = |whole: &str, part: &str| {
                part.strip_prefix(whole).is_some_and(|it| it.is_empty() || it.starts_with('/'))
            };
            let is_at = |it: &Difference| within(&it.pointer, pointer) || within(pointer, &it.pointer);
            !broken.get_or_init(differences).iter().any(is_at)
        };
        let mut fields =
            self.expected.iter().filter_map(|(pointer, wanted)| Some((pointer, wanted, document.pointer(pointer)?)));
        let other = fields.find(|(pointer, wanted, found)| {
            let same = found == wanted || text(found).is_some() && text(found) == text(wanted);
            !same && !unknown(pointer, found) && permitted(pointer)
        });
        if let Some((pointer, wanted, found)) = other {
            let expected = format!("{wanted}, as its trigger determines");
            return Some(Difference { pointer: pointer.clone(), expected, found: found.to_string() });
        }
        let wanted = self.text.as_ref().filter(|_| contract.carries_message(event))?;
        let message = contract.message_in(document)?;
        let found = super::messages::words(contract, &contract.segments_of(message));
        let pointer = contract.roles().message_field.clone().unwrap_or_default();
        (found.as_deref().map(str::trim) != Some(wanted.trim()) && permitted(&pointer)).then(|| Difference {
            pointer,
            expected: Value::from(wanted.as_str()).to_string(),
            found: message.to_string(),
        })
    }
}

/// A value that can be an id, as text.
fn text(value: &Value) -> Option<String> {
    let text = crate::contract::id_text(value);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// A conversation is named by the friend or the group that it is with.
fn same_kind(one: &str, other: &str) -> bool {
    one == other || one == PEER && [USER, GROUP].contains(&other)
}

/// Where an event always names something of a kind, but for the account that receives it.
fn own_places(contract: &Contract, event: &Event, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(contract, &event.data, kind, "", DEPTH, &mut found);
    if let Some(own) = &contract.roles().self_field {
        found.retain(|place| place[1..] != **own);
    }
    found
}

fn collect(contract: &Contract, schema: &Value, kind: &str, below: &str, depth: usize, found: &mut Vec<String>) {
    let schema = contract.follow(schema);
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    for field in required {
        let Some(inner) = schema.pointer(&format!("/properties/{field}")).map(|inner| contract.follow(inner)) else {
            continue;
        };
        let place = format!("{below}/{field}");
        if inner.get("x-id").and_then(Value::as_str).is_some_and(|own| same_kind(own, kind)) {
            found.push(place);
        } else if depth > 1 {
            collect(contract, inner, kind, &place, depth - 1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;
    use serde_json::json;

    use super::*;

    fn found(dialect: &str, event: &str, call: &str, document: &Value) -> String {
        let contract = Contract::new(Catalog::builtin(), dialect).expect("the dialect");
        let event = contract.events().find(|it| it.name == event).expect("the event");
        let trigger = event.triggers.iter().find(|it| it.call.as_deref() == Some(call)).expect("the trigger");
        let bindings = [
            ("group", json!(70_001)),
            ("member", json!(30_003)),
            ("actor", json!(20_002)),
            ("self", json!(10_001)),
            ("actor_message", json!(51_001)),
            ("friend", json!("20002")),
        ];
        let bindings = bindings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let about = About::of_trigger(&contract, trigger, &bindings, &json!({}));
        let found = about.contradiction(&contract, event, document);
        found.map(|it| format!("{}: {}, found {}", it.pointer, it.expected, it.found)).unwrap_or_default()
    }

    #[test]
    fn an_event_about_somebody_else_is_told_from_the_one_that_is_awaited() {
        let ban = |group: Value, user: Value| {
            let event = json!({"self_id": 10001, "group_id": group, "operator_id": 0, "user_id": user});
            found("onebot11", "notice.group_ban", "set_group_ban", &event)
        };
        assert_eq!(ban(json!(70_001), json!(30_003)), "");
        assert_eq!(ban(json!("70001"), json!("30003")), "", "ids may be texts");
        assert_eq!(
            ban(json!(70_001), json!(0)),
            "/operator_id: 30003, which its trigger named, found 0",
            "the mute of a whole group"
        );
        assert_eq!(ban(json!(70_002), json!(30_003)), "/group_id: 70001, which its trigger named, found 70002");
        assert_eq!(ban(json!(70_001), Value::Null), "", "what has no id is judged by its fields");
        let seq = |seq: u32| {
            let data = json!({"group_id": 70001, "message_seq": seq, "operator_id": 10001, "is_set": true});
            let event = json!({"self_id": 10001, "data": data});
            found("milky", "group_essence_message_change", "set_group_essence_message", &event)
        };
        assert_eq!(seq(51_001), "");
        assert_eq!(seq(51_002), "/data/message_seq: 51001, which its trigger named, found 51002");
    }

    #[test]
    fn a_message_with_other_words_is_not_the_one_that_was_sent() {
        let contract = Contract::new(Catalog::builtin(), "onebot11").expect("the dialect");
        let event = contract.events().find(|it| it.name == "message.group").expect("the event");
        for (call, key) in [("send_group_msg", "message"), ("say", "text")] {
            let trigger = event.triggers.iter().find(|it| it.call.as_deref() == Some(call)).expect("the trigger");
            let about = About::of_trigger(&contract, trigger, &Bindings::new(), &json!({ key: "botspec event 1" }));
            let other = |words: &str| {
                let event_with = json!({ "self_id": 10001, "message": words, "sub_type": "normal" });
                about.contradiction(&contract, event, &event_with).is_some()
            };
            assert!(!other("botspec event 1"), "{call}");
            assert!(other("botspec event 2"), "{call}");
        }
    }

    #[test]
    fn who_did_it_is_named_where_anybody_is() {
        let recall = |operator: u32, user: u32| {
            let event =
                json!({"self_id": 10001, "group_id": 70001, "operator_id": operator, "user_id": user, "message_id": 5});
            found("onebot11", "notice.group_recall", "delete_msg", &event)
        };
        assert_eq!(recall(20_002, 20_002), "");
        assert_eq!(recall(0, 20_002), "", "nobody knows");
        assert!(recall(0, 30_003).contains("/user_id: 20002, as its trigger determines"), "it is the message of 20002");
        assert!(recall(40_004, 20_002).contains("/operator_id: 20002"));
    }

    #[test]
    fn what_comes_of_an_event_is_about_the_same() {
        let contract = Contract::new(Catalog::builtin(), "onebot11").expect("the dialect");
        let event = contract.events().find(|it| it.name == "message.group").expect("the event");
        let about = About::of_event(&contract, event, &json!({"self_id": 10001, "group_id": 70001, "user_id": 20002}));
        let named = vec![(USER, "20002".to_owned()), (GROUP, "70001".to_owned())];
        assert_eq!(about, About { named, ..About::default() });
    }
}
