//! How what is common to all languages is laid out in Rust.

use crate::model::{Item, Module, Record};

impl Module {
    /// The module at the root of the dialect that has to be in scope, and the path from there.
    pub(crate) const fn path(self) -> &'static [&'static str] {
        match self {
            Self::Ids => &["ids"],
            Self::Types => &["types"],
            Self::Segments => &["segments"],
            Self::SegmentsSend => &["segments", "send"],
            Self::SegmentsReceive => &["segments", "receive"],
            Self::Events => &["events"],
            Self::Actions => &["actions"],
            Self::Envelope => &["envelope"],
        }
    }
}

/// Up to this many required fields are arguments of `new`; more are given by name.
const MAX_ARGUMENTS: usize = 4;

impl Record {
    /// Every name that it declares.
    pub(crate) fn names(&self) -> Vec<String> {
        let init = self.by_name().then(|| self.init_name());
        std::iter::once(self.name.clone()).chain(init).collect()
    }

    /// Whether what is required is given by name, in a struct of its own.
    pub(crate) fn by_name(&self) -> bool {
        self.required().len() > MAX_ARGUMENTS
    }

    /// The name of that struct.
    pub(crate) fn init_name(&self) -> String {
        format!("{}Init", self.name)
    }
}

impl Item {
    /// Every name that it declares.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Record(record) => record.names(),
            other => vec![other.name().to_owned()],
        }
    }
}
