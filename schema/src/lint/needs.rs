//! Rules about what actions and segments need, make, spend and leave behind.

use serde_json::{Map, Value};

use super::File;
use crate::annotations::ID_KINDS;
use crate::closest::closest;
use crate::model::{Action, Effect, Leaves, Need, Schema, Segment, kind_at};

pub(super) fn check_segment(file: &mut File<'_>, segment: &Segment) {
    let nothing = Schema::Null;
    places(file, &segment.needs, segment.send.as_ref().unwrap_or(&nothing));
}

pub(super) fn check_action(file: &mut File<'_>, action: &Action) {
    places(file, &action.needs, &action.params);
    named(file, action);
    makes(file, action);
    reads_back(file, action);
    leaves(file, action);
    spends(file, action);
}

/// A need stands at a parameter whose kind is known.
fn places(file: &mut File<'_>, needs: &[Need], params: &Schema) {
    for (index, need) in needs.iter().enumerate() {
        let place = format!("/needs/{index}");
        match need.at() {
            None if need.fixture(params).is_none() => {
                file.report_with(
                    &place,
                    "need-place",
                    "it is missing what is needed",
                    "write `at`, the parameter that names it",
                );
            }
            Some(at) if kind_at(params, at).is_none() => {
                let help = "name a parameter that has an `x-id` or an `x-fixture`";
                file.report_with(
                    &format!("{place}/at"),
                    "need-place",
                    format!("`{at}` names nothing that could be needed"),
                    help,
                );
            }
            Some(at)
                if need.fixture(params).is_none() && kind_at(params, at).is_some_and(|it| ID_KINDS.contains(&it)) =>
            {
                let kind = kind_at(params, at).unwrap_or_default();
                file.report(&place, "need-kind", format!("there is no fixture of the kind `{kind}`"));
            }
            _ => {}
        }
    }
}

/// Whom an example names is needed: where nobody is known, its call names somebody who does not exist.
fn named(file: &mut File<'_>, action: &Action) {
    let is_of_request = |need: &Need| need.at().is_some_and(|at| kind_at(&action.params, at) == Some("request"));
    if action.needs.iter().any(is_of_request) {
        return;
    }
    let named = action.examples.iter().enumerate().flat_map(|(index, example)| {
        let names = example.params.as_object().into_iter().flatten().map(|(name, _)| name);
        names.map(move |name| (index, name))
    });
    for (index, name) in named {
        let at = format!("/{name}");
        let kind = kind_at(&action.params, &at).filter(|kind| ["user", "group"].contains(kind));
        if let Some(kind) = kind
            && !action.needs.iter().any(|need| need.at() == Some(at.as_str()))
        {
            let message = format!("it names a {kind} that no need states");
            let help = format!("write `{{ \"at\": \"{at}\" }}` into `needs`");
            file.report_with(&format!("/examples/{index}/params/{name}"), "need-missing", message, help);
        }
    }
}

/// What is made is found, and what takes it away exists.
fn makes(file: &mut File<'_>, action: &Action) {
    for (index, makes) in action.makes.iter().enumerate() {
        let at = format!("/makes/{index}");
        let told = [makes.at.is_some(), makes.of.is_some(), makes.found_by.is_some()];
        if told.into_iter().filter(|it| *it).count() != 1 {
            let help = "write one of `at`, `of` and `found_by`";
            file.report_with(&at, "makes-place", "it has to be stated exactly once how its id is known", help);
        }
        if let Some(of) = &makes.of {
            parameter(file, action, of, &format!("{at}/of"));
        }
        if let Some(found) = &makes.found_by {
            known_action(file, &found.read, &format!("{at}/found_by/read"), Some(true));
            if let Some(matching) = &found.matching {
                parameter(file, action, matching, &format!("{at}/found_by/match"));
            }
        }
        if let Some(undo) = &makes.undo {
            known_action(file, undo, &format!("{at}/undo"), Some(false));
        }
    }
    if action.effect == Effect::Read && !action.makes.is_empty() {
        file.report_with(
            "/makes",
            "read-makes",
            "an action that only reads makes nothing",
            "correct its effect, or leave `makes` out",
        );
    }
}

fn reads_back(file: &mut File<'_>, action: &Action) {
    for (index, back) in action.reads_back.iter().enumerate() {
        let at = format!("/reads_back/{index}");
        parameter(file, action, &back.param, &format!("{at}/param"));
        known_action(file, &back.by, &format!("{at}/by"), Some(true));
    }
}

/// What is written can be put back, or the contract states what stays of it.
fn leaves(file: &mut File<'_>, action: &Action) {
    match (action.effect, action.leaves) {
        (Effect::Write, None) => {
            let Some(dialect) = file.dialect else { return };
            if !dialect.can_undo(action) {
                file.report_with(
                    "/effect",
                    "write-inverse",
                    "it is missing how what it writes is put back",
                    "write `reads_back` or `makes`, or `leaves` where nothing puts it back",
                );
            }
        }
        (Effect::Read, Some(_)) => {
            file.report("/leaves", "leaves-nothing", "an action that only reads leaves nothing behind");
        }
        _ => {}
    }
}

/// What is used up was needed, but for an action without parameters, which clears all of a kind.
fn spends(file: &mut File<'_>, action: &Action) {
    let needed = action.fixtures();
    let names_nothing = action.params.pointer("/properties").and_then(Value::as_object).is_none_or(Map::is_empty);
    if !names_nothing
        && action.effect != Effect::Read
        && let Some(first) = action.spends.first()
        && !action.spends.iter().any(|spent| needed.contains(spent))
    {
        let word = first.word();
        file.report_with(
            "/spends/0",
            "spends-need",
            format!("it uses up `{word}` and does not need it"),
            "say in `needs` where it is named",
        );
    }
}

fn parameter(file: &mut File<'_>, action: &Action, pointer: &str, at: &str) {
    let inner: Vec<_> = pointer.split('/').skip(1).map(|name| format!("/properties/{name}")).collect();
    let inner = inner.concat();
    if action.params.pointer(&inner).is_none() {
        file.report(at, "unknown-parameter", format!("`{pointer}` is no parameter"));
    }
}

fn known_action(file: &mut File<'_>, name: &str, at: &str, reads: Option<bool>) {
    let Some(dialect) = file.dialect else { return };
    match dialect.actions.get(name) {
        Some(action) if reads.is_none_or(|reads| reads == returns_data(&action.value)) => {}
        Some(_) if reads == Some(true) => file.report(at, "no-read", format!("`{name}` does more than read")),
        Some(_) => file.report(at, "only-reads", format!("`{name}` only reads")),
        None if file.all.is_unparsed(&format!("/{name}.json")) => {}
        None => {
            let message = format!("there is no action `{name}`");
            match closest(name, dialect.actions.keys().map(String::as_str)) {
                Some(meant) => file.report_with(at, "unknown-action", message, format!("did you mean `{meant}`?")),
                None => file.report(at, "unknown-action", message),
            }
        }
    }
}

/// Whether an action reports something and leaves nothing that anybody would have to put back.
fn returns_data(action: &Action) -> bool {
    action.effect == Effect::Read || (action.effect == Effect::Write && action.leaves == Some(Leaves::Nothing))
}
