//! What is not as in the snapshots of an earlier build.

use super::paint::Paint;
use crate::changed;
use crate::record::Run;

/// How many changes are shown.
const SHOWN: usize = 20;

/// Writes what changed, what breaks a bot first.
pub(super) fn write(paint: &mut Paint, run: &Run) {
    let changes = changed::of(run);
    if changes.is_empty() {
        return;
    }
    let language = paint.language;
    paint.strong(&format!("{} ({})", language.of(&changed::heading()), changes.len()));
    for change in changes.iter().take(SHOWN) {
        paint.indented(2, &changed::line(change, language));
    }
    if let Some(more @ 1..) = changes.len().checked_sub(SHOWN) {
        paint.indented(2, &format!("… +{more}"));
    }
    paint.blank();
}
