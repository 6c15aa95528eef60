//! Puts dialects together out of files.

use std::collections::BTreeMap;

use super::Catalog;
use crate::closest::closest;
use crate::defect::Defect;
use crate::dialect::{Dialect, Loaded};
use crate::model::{DialectFile, RequirementSet};
use crate::parse::{Contract, Parsed};

/// What stands in the folder of one dialect.
#[derive(Default)]
struct Folder<'a> {
    file: Option<(&'a Parsed<'a>, &'a DialectFile)>,
    contracts: Vec<&'a Parsed<'a>>,
    requirements: Option<&'a RequirementSet>,
}

/// Puts dialects together, parents first. What is wrong with the structure goes to `defects`.
pub(crate) fn assemble(parsed: &[Parsed<'_>], defects: &mut Vec<Defect>) -> Catalog {
    let folders = folders(parsed);
    for (name, folder) in &folders {
        if folder.file.is_none() {
            defects.push(no_dialect(name, folder));
        }
    }

    let mut catalog = Catalog::default();
    let mut waiting: Vec<&str> = folders.iter().filter(|(_, f)| f.file.is_some()).map(|(name, _)| *name).collect();
    loop {
        let before = waiting.len();
        waiting.retain(|name| match build(name, &folders[name], |parent| catalog.dialect(parent), defects) {
            Some(dialect) => {
                catalog.insert(dialect);
                false
            }
            None => true,
        });
        if waiting.len() == before {
            break;
        }
    }
    for name in waiting {
        defects.extend(no_parent(name, &folders));
    }
    catalog
}

/// Puts one dialect together out of its files; `None` where it or its parent is not there.
pub(crate) fn assemble_one<'c>(
    name: &str,
    parsed: &[Parsed<'_>],
    parent: impl FnOnce(&str) -> Option<&'c Dialect>,
    defects: &mut Vec<Defect>,
) -> Option<Dialect> {
    build(name, folders(parsed).get(name)?, parent, defects)
}

/// The files by the dialect that they belong to.
fn folders<'a>(parsed: &'a [Parsed<'_>]) -> BTreeMap<&'a str, Folder<'a>> {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for item in parsed {
        let folder = folders.entry(item.dialect).or_default();
        match &item.contract {
            Contract::Dialect(file) => folder.file = Some((item, file)),
            Contract::Requirements(set) => folder.requirements = Some(set),
            _ => folder.contracts.push(item),
        }
    }
    folders
}

/// One dialect; None as long as its parent is not there.
fn build<'c>(
    name: &str,
    folder: &Folder<'_>,
    find_parent: impl FnOnce(&str) -> Option<&'c Dialect>,
    defects: &mut Vec<Defect>,
) -> Option<Dialect> {
    let (item, file) = folder.file?;
    let parent = match &file.extends {
        Some(parent) => Some(find_parent(parent)?),
        None => None,
    };
    let mut dialect = Dialect::new(name, file.clone(), parent);
    dialect.requirements = folder.requirements.cloned();
    leave_out(&mut dialect, item, defects);
    for item in &folder.contracts {
        add(&mut dialect, name, item);
    }
    dialect.finish();
    Some(dialect)
}

fn no_dialect(name: &str, folder: &Folder<'_>) -> Defect {
    let first = folder.contracts.first().map(|first| first.file.path.clone());
    let path = first.unwrap_or_else(|| format!("requirements/{name}.json"));
    Defect::of_file(&path, "no-dialect", format!("the dialect `{name}` has no dialect.json that can be read"))
        .with_help(format!("write contracts/{name}/dialect.json"))
}

/// Why a dialect has no parent; None where the parent is at fault, and reported as such.
fn no_parent(name: &str, folders: &BTreeMap<&str, Folder<'_>>) -> Option<Defect> {
    let extends = |name: &str| folders.get(name)?.file?.1.extends.as_deref();
    let (item, _) = folders.get(name)?.file?;
    let parent = extends(name)?;
    let tell = |message| Defect::at_pointer(&item.file.path, &item.file.text, "/extends", "unknown-dialect", message);
    if !folders.contains_key(parent) {
        let defect = tell(format!("there is no dialect `{parent}` to extend"));
        let meant = closest(parent, folders.keys().copied().filter(|other| *other != name));
        return Some(match meant {
            Some(meant) => defect.with_help(format!("did you mean `{meant}`?")),
            None => defect,
        });
    }
    let mut ancestor = parent;
    for _ in 0..folders.len() {
        if ancestor == name {
            return Some(tell(format!("`{name}` extends `{parent}`, which extends it in turn")));
        }
        ancestor = extends(ancestor)?;
    }
    None
}

/// Takes away what the dialect states it does not have of its parent's.
fn leave_out(dialect: &mut Dialect, item: &Parsed<'_>, defects: &mut Vec<Defect>) {
    let Some(without) = dialect.file.without.clone() else { return };
    let mut take = |kind: &str, names: &[String], remove: &mut dyn FnMut(&str) -> bool| {
        for (index, name) in names.iter().enumerate() {
            if !remove(name) {
                let pointer = format!("/without/{kind}/{index}");
                let message = format!("the parent has no `{name}` to leave out");
                let file = item.file;
                defects.push(
                    Defect::at_pointer(&file.path, &file.text, &pointer, "nothing-to-leave-out", message)
                        .with_help("delete the name, or correct it"),
                );
            }
        }
    };
    take("actions", &without.actions, &mut |name| dialect.actions.remove(name).is_some());
    take("segments", &without.segments, &mut |name| dialect.segments.remove(name).is_some());
    take("events", &without.events, &mut |name| dialect.events.remove(name).is_some());
}

fn add(dialect: &mut Dialect, name: &str, item: &Parsed<'_>) {
    let path = item.file.path.clone();
    let declared_in = name.to_owned();
    match &item.contract {
        Contract::Action(value) => {
            let value = (**value).clone();
            dialect.actions.insert(value.name.clone(), Loaded { value, path, declared_in });
        }
        Contract::Segment(value) => {
            let value = (**value).clone();
            dialect.segments.insert(value.name.clone(), Loaded { value, path, declared_in });
        }
        Contract::Event(value) => {
            let value = (**value).clone();
            dialect.events.insert(value.name.clone(), Loaded { value, path, declared_in });
        }
        Contract::Type(value) => {
            let value = value.clone();
            dialect.types.insert(value.name.clone(), Loaded { value, path, declared_in });
        }
        Contract::Dialect(_) | Contract::Requirements(_) => {}
    }
}
