//! Names agree with files and folders, and nothing has two owners.

use super::File;
use crate::model::{Action, RequirementSet};
use crate::parse::Contract;

pub(super) fn check(file: &mut File<'_>) {
    let item = file.item;
    let stem = item.stem().to_owned();
    match &item.contract {
        Contract::Dialect(dialect) => same(file, "/name", &dialect.name, item.dialect, "folder"),
        Contract::Action(action) => {
            // A leading dot marks an action as hidden, and would hide its file as well.
            let name = action.name.strip_prefix('.').unwrap_or(&action.name);
            same(file, "/name", name, &stem, "file");
            same(file, "/category", &action.category, item.category.unwrap_or_default(), "folder");
            owners(file, action);
        }
        Contract::Segment(segment) => same(file, "/type", &segment.name, &stem, "file"),
        Contract::Event(event) => same(file, "/name", &event.name, &stem, "file"),
        Contract::Type(shared) => {
            same(file, "/name", &shared.name, &stem, "file");
            if crate::defs::VIRTUAL.contains(&shared.name.as_str()) {
                file.report_with(
                    "/name",
                    "reserved-name",
                    format!("`{}` follows from the segments and events", shared.name),
                    "take another name",
                );
            }
        }
        Contract::Requirements(RequirementSet { dialect, .. }) => same(file, "/dialect", dialect, item.dialect, "file"),
    }
    meta(file);
}

fn same(file: &mut File<'_>, pointer: &str, name: &str, place: &str, what: &str) {
    if name != place {
        file.report_with(
            pointer,
            "name-differs",
            format!("`{name}` stands in a {what} called `{place}`"),
            format!("give the {what} and the contract the same name"),
        );
    }
}

/// Every name and alias of an action means that action alone.
fn owners(file: &mut File<'_>, action: &Action) {
    let Some(dialect) = file.dialect else { return };
    for item in file.all.parsed {
        if let Contract::Action(other) = &item.contract
            && item.dialect == file.item.dialect
            && item.file.place < file.item.file.place
            && other.name == action.name
        {
            file.report("/name", "duplicate-name", format!("`{}` is declared in {} too", action.name, item.file.path));
        }
    }
    for (index, alias) in action.aliases.iter().enumerate() {
        let pointer = format!("/aliases/{index}");
        let owner = dialect.actions.values().find(|other| {
            let twice = other.aliases.iter().filter(|known| *known == alias).count();
            if other.name == action.name {
                other.name == *alias || twice > 1
            } else {
                other.name == *alias || twice > 0
            }
        });
        if let Some(owner) = owner {
            file.report_with(
                &pointer,
                "duplicate-name",
                format!("`{alias}` is a name of `{}` ({}) already", owner.name, owner.path),
                "leave it out in one of the two",
            );
        }
    }
}

/// The `$schema` of a file is the meta-schema of its kind.
fn meta(file: &mut File<'_>) {
    let (meta, kind) = match &file.item.contract {
        Contract::Dialect(it) => (&it.meta, "dialect"),
        Contract::Action(it) => (&it.meta, "action"),
        Contract::Segment(it) => (&it.meta, "segment"),
        Contract::Event(it) => (&it.meta, "event"),
        Contract::Type(it) => (&it.meta, "type"),
        Contract::Requirements(it) => (&it.meta, "requirements"),
    };
    let up = "../".repeat(file.item.file.place.matches('/').count());
    let wanted = format!("{up}meta/{kind}.schema.json");
    if let Some(meta) = meta
        && *meta != wanted
    {
        file.report_with(
            "/$schema",
            "meta-schema",
            format!("`{meta}` is not the meta-schema of this file"),
            format!("write `{wanted}`"),
        );
    }
}
