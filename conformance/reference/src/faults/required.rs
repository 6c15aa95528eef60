//! Faults against what the requirements of a dialect ask of its pages and numbers.

use botspec_schema::Dialect;
use botspec_schema::model::Action;
use serde_json::Value;

use super::edit::{Alter, Edit, Place};
use super::switch::requires;
use super::{Fault, Kind};

pub(super) fn all(dialect: &Dialect) -> Vec<Fault> {
    let action = |name: &Option<String>| dialect.actions.get(name.as_deref()?).map(|action| &action.value);
    let roles = &dialect.file.roles;
    let mut faults = Vec::new();
    let mut add = |id: String, sentence: String, kind: Kind| faults.push(Fault { id, sentence, source: None, kind });
    for (role, check) in
        [(&roles.history, "message/history-order"), (&roles.notifications, "message/notifications-order")]
    {
        if let Some(action) = action(role).filter(|_| requires(dialect, check)) {
            let name = &action.name;
            let lists = fields(&action.result).filter(|(_, schema)| schema.get("items").is_some());
            let edits = lists.map(|(list, _)| edit(action, list, Alter::Reverse)).collect();
            add(format!("reversed/{name}"), format!("{name} tells its list the other way round"), Kind::Edits(edits));
        }
    }
    if let Some(action) = action(&roles.history).filter(|_| requires(dialect, "message/history-start")) {
        let counted = |schema: &Value| schema["type"].to_string().contains("integer");
        let required = action.params.get("required").and_then(Value::as_array);
        let optional = |name: &str| required.is_none_or(|all| all.iter().all(|it| it != name));
        for (param, _) in fields(&action.params).filter(|(name, schema)| counted(schema) && optional(name)) {
            let name = &action.name;
            let kind = Kind::ParamIgnored(name.clone(), param.clone());
            add(format!("param-ignored/{name}/{param}"), format!("{name} does not look at {param}"), kind);
        }
    }
    if requires(dialect, "message/sequence") {
        let says = [action(&roles.say_to_user), action(&roles.say_to_group)];
        let stuck = says.into_iter().flatten().flat_map(|action| {
            let ids = fields(&action.result).filter(|(_, schema)| schema.get("x-id").is_some_and(|it| it == "message"));
            ids.map(|(id, _)| edit(action, id, Alter::Set(1.into()))).collect::<Vec<_>>()
        });
        let sentence = "every message that is sent has the same number".to_owned();
        add("sequence-stuck".to_owned(), sentence, Kind::Edits(stuck.collect()));
    }
    faults
}

fn edit(action: &Action, field: &str, change: Alter) -> Edit {
    Edit { place: Place::Result(action.name.clone()), path: vec![field.to_owned()], change }
}

fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}
