//! Any item.

use super::file::SourceFile;
use super::{record, union};
use crate::model::Item;

pub(crate) fn item(file: &mut SourceFile, item: &Item) {
    match item {
        Item::Record(record) => record::record(file, record),
        Item::OpenEnum(item) => union::open_enum(file, item),
        Item::Tagged(item) => union::tagged(file, item),
        Item::Choice(item) => union::choice(file, item),
    }
}

pub(crate) fn items(file: &mut SourceFile, items: &[Item]) {
    for one in items {
        item(file, one);
    }
}
