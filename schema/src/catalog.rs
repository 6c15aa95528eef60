//! All dialects together.

mod assemble;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use crate::defect::Defects;
use crate::dialect::Dialect;
use crate::hash::Fnv;
use crate::parse;
use crate::sources::{self, Sources};

pub(crate) use assemble::assemble;
use assemble::assemble_one;

/// The contracts that this crate carries: each dialect is read when it is first asked for, and its parents with it.
static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    let cells = sources::builtin_dialects().into_iter().map(|name| (name.to_owned(), OnceLock::new()));
    Catalog { dialects: cells.collect() }
});

/// The contracts of every dialect.
#[derive(Debug, Default)]
pub struct Catalog {
    /// Only cells of [`BUILTIN`] are ever empty.
    dialects: BTreeMap<String, OnceLock<Dialect>>,
}

impl Catalog {
    /// The contracts that this crate carries. A dialect is read when it is first asked for, which costs some milliseconds.
    ///
    /// # Panics
    ///
    /// A dialect that is asked for panics when a built-in contract of it does not parse, which the tests of this crate
    /// exclude.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A catalogue of dialects that are there already.
    pub fn of(dialects: impl IntoIterator<Item = Dialect>) -> Self {
        let mut catalog = Self::default();
        dialects.into_iter().for_each(|dialect| catalog.insert(dialect));
        catalog
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

    /// The names of the dialects, in their order; none is read for it.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.dialects.keys().map(String::as_str)
    }

    /// A dialect by its name.
    pub fn dialect(&self, name: &str) -> Option<&Dialect> {
        let (name, cell) = self.dialects.get_key_value(name)?;
        Some(cell.get_or_init(|| builtin_dialect(name)))
    }

    /// Every dialect, by name.
    pub fn dialects(&self) -> impl ExactSizeIterator<Item = &Dialect> {
        self.dialects.iter().map(|(name, cell)| cell.get_or_init(|| builtin_dialect(name)))
    }

    /// A hash of what all contracts state, the same wherever and whenever it is taken.
    pub fn contract_hash(&self) -> String {
        let mut hash = Fnv::new();
        for dialect in self.dialects() {
            hash.piece(dialect.hash().as_bytes());
        }
        hash.hex()
    }

    fn insert(&mut self, dialect: Dialect) {
        self.dialects.insert(dialect.name().to_owned(), dialect.into());
    }
}

/// Reads a built-in dialect; the one that it extends is taken from the catalogue.
fn builtin_dialect(name: &str) -> Dialect {
    let sources = Sources::builtin_of(name);
    let (parsed, mut defects) = parse::parse(&sources);
    let dialect = assemble_one(name, &parsed, |parent| Catalog::builtin().dialect(parent), &mut defects);
    match dialect {
        Some(dialect) if defects.is_empty() => dialect,
        _ => panic!("the built-in contracts of `{name}` do not load:\n{}", Defects(defects)),
    }
}
