//! All dialects together.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use crate::closest::closest;
use crate::defect::{Defect, Defects};
use crate::dialect::{Dialect, Loaded};
use crate::hash::Fnv;
use crate::model::RequirementSet;
use crate::parse::{self, Contract, Parsed};
use crate::sources::Sources;

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| match Catalog::load(&Sources::builtin()) {
    Ok(catalog) => catalog,
    Err(defects) => panic!("the built-in contracts do not load:\n{defects}"),
});

/// The contracts of every dialect.
#[derive(Debug, Default)]
pub struct Catalog {
    dialects: BTreeMap<String, Dialect>,
}

impl Catalog {
    /// The contracts that this crate carries.
    ///
    /// # Panics
    ///
    /// When a built-in contract does not parse, which the tests of this crate exclude.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads the contracts below a folder that holds `contracts/` and `requirements/`.
    pub fn load_dir(root: &Path) -> Result<Self, Defects> {
        Self::load(&Sources::read_dir(root))
    }

    /// Reads contracts from texts.
    pub fn load(sources: &Sources) -> Result<Self, Defects> {
        let (parsed, mut defects) = parse::parse(sources);
        let catalog = assemble(&parsed, &mut defects);
        if defects.is_empty() { Ok(catalog) } else { Err(Defects(defects)) }
    }

    /// A dialect by its name.
    pub fn dialect(&self, name: &str) -> Option<&Dialect> {
        self.dialects.get(name)
    }

    /// Every dialect, by name.
    pub fn dialects(&self) -> impl ExactSizeIterator<Item = &Dialect> {
        self.dialects.values()
    }

    /// A hash of what all contracts say, the same wherever and whenever it is taken.
    pub fn contract_hash(&self) -> String {
        let mut hash = Fnv::new();
        for dialect in self.dialects.values() {
            hash.piece(dialect.hash().as_bytes());
        }
        hash.hex()
    }
}

/// What stands in the folder of one dialect.
#[derive(Default)]
struct Folder<'a> {
    file: Option<&'a Parsed<'a>>,
    contracts: Vec<&'a Parsed<'a>>,
    requirements: Option<RequirementSet>,
}

/// Puts dialects together out of files, parents first. What is wrong with the structure goes to `defects`.
pub(crate) fn assemble(parsed: &[Parsed<'_>], defects: &mut Vec<Defect>) -> Catalog {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for item in parsed {
        let folder = folders.entry(item.dialect).or_default();
        match &item.contract {
            Contract::Dialect(_) => folder.file = Some(item),
            Contract::Requirements(set) => folder.requirements = Some(set.clone()),
            _ => folder.contracts.push(item),
        }
    }

    let mut catalog = Catalog::default();
    for (name, folder) in &folders {
        if folder.file.is_none() {
            let path = folder
                .contracts
                .first()
                .map_or_else(|| format!("requirements/{name}.json"), |first| first.file.path.clone());
            defects.push(
                Defect::of_file(
                    &path,
                    "no-dialect",
                    format!("the dialect `{name}` has no dialect.json that can be read"),
                )
                .with_help(format!("write contracts/{name}/dialect.json")),
            );
        }
    }
    let mut waiting: Vec<&str> = folders.iter().filter(|(_, f)| f.file.is_some()).map(|(name, _)| *name).collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|name| {
            let folder = &folders[name];
            let Some(Parsed { contract: Contract::Dialect(file), .. }) = folder.file else { return false };
            let parent = match &file.extends {
                None => None,
                Some(parent) => match catalog.dialects.get(parent) {
                    Some(parent) => Some(parent),
                    None => return true,
                },
            };
            let mut dialect = Dialect::new(name, (**file).clone(), parent);
            dialect.requirements.clone_from(&folder.requirements);
            if let Some(item) = folder.file {
                leave_out(&mut dialect, item, defects);
            }
            for item in &folder.contracts {
                add(&mut dialect, name, item);
            }
            dialect.finish();
            catalog.dialects.insert((*name).to_owned(), dialect);
            false
        });
        if waiting.len() == before {
            for name in waiting {
                if let Some(Parsed { file, contract: Contract::Dialect(dialect), .. }) = folders[name].file {
                    let parent = dialect.extends.as_deref().unwrap_or_default();
                    let (message, help) = if folders.get(parent).is_some_and(|folder| folder.file.is_some()) {
                        (format!("`{name}` extends `{parent}`, which extends it in turn"), None)
                    } else {
                        let meant = closest(parent, folders.keys().copied().filter(|other| *other != name));
                        (
                            format!("there is no dialect `{parent}` to extend"),
                            meant.map(|m| format!("did you mean `{m}`?")),
                        )
                    };
                    let defect = Defect::at_pointer(&file.path, &file.text, "/extends", "unknown-dialect", message);
                    defects.push(match help {
                        Some(help) => defect.with_help(help),
                        None => defect,
                    });
                }
            }
            break;
        }
    }
    catalog
}

/// Takes away what the dialect says it does not have of its parent's.
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
