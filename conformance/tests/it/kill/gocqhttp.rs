//! What is said of faults in gocqhttp beyond what all dialects have in common.

use super::expect::{Row, Unseen};

pub(super) const ROWS: &[Row] = &[];

pub(super) const UNSEEN: &[Unseen] = &[];
