//! What stands above everything else: what was not put back, and that the target stopped answering.

use super::paint::Paint;
use crate::record::{Run, cut};
use crate::visible::visible_line;
use crate::words::label;

/// How many bytes of a request are shown.
const REQUEST: usize = 400;

/// Writes what was changed and not put back, and after which request the run could not go on.
pub(super) fn write(paint: &mut Paint, run: &Run) {
    let language = paint.language;
    for left in &run.left {
        let word = language.pick("NOT PUT BACK", "没有恢复（NOT PUT BACK）");
        let (what, why) = (visible_line(language.of(&left.what)), visible_line(language.of(&left.why)));
        paint.warning(&format!("{word}: {what} ({why})"));
        if let Some(repeat) = &left.repeat {
            paint.pasteable(2, label::RESTORE, &visible_line(repeat));
        }
    }
    if let Some(stopped) = &run.stopped {
        let word = language.pick("STOPPED", "中止（STOPPED）");
        paint.warning(&format!("{word}: {}", visible_line(language.of(&stopped.reason))));
        if let Some(request) = &stopped.request {
            paint.labelled(2, label::AFTER, &visible_line(cut(request, REQUEST)));
        }
        if let Some(repeat) = &stopped.repeat {
            paint.pasteable(2, label::REPRODUCE, &visible_line(repeat));
        }
    }
    if !run.left.is_empty() || run.stopped.is_some() {
        paint.blank();
    }
}
