//! All dialects together.

mod assemble;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use crate::defect::Defects;
use crate::dialect::Dialect;
use crate::hash::Fnv;
use crate::parse;
use crate::sources::Sources;

pub(crate) use assemble::assemble;

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
