//! The dialects of one family, by which a target is known that speaks another one than its user stated.

use botspec_schema::model::{Action, Effect, Presence};
use botspec_schema::{Catalog, Dialect};

/// A dialect of the family, and what may be asked of any target to know whether it speaks it.
#[derive(Debug, Clone)]
pub(crate) struct Relative {
    /// The name of the dialect.
    pub(crate) dialect: String,
    /// The names of its harmless actions.
    pub(crate) reads: Vec<String>,
}

/// The dialects that come from the same one as this, itself among them.
pub(super) fn of(catalog: &Catalog, dialect: &Dialect) -> Vec<Relative> {
    let family = root(catalog, dialect);
    let relatives = catalog.dialects().filter(|other| root(catalog, other) == family);
    relatives
        .map(|other| Relative {
            dialect: other.name().to_owned(),
            reads: other.actions.values().filter(|it| is_harmless(it)).map(|it| it.name.clone()).collect(),
        })
        .collect()
}

/// The dialect at the end of what it extends.
fn root<'c>(catalog: &'c Catalog, dialect: &'c Dialect) -> &'c str {
    let parent = dialect.file.extends.as_deref().and_then(|parent| catalog.dialect(parent));
    parent.map_or(dialect.name(), |parent| root(catalog, parent))
}

/// A read that may be called as often as anybody likes.
fn is_harmless(action: &Action) -> bool {
    action.effect == Effect::Read && action.presence == Presence::Current && action.call_limit.is_none()
}
