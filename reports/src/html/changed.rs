//! What is not as in the snapshots of an earlier build.

use maud::{Markup, html};

use super::words::text;
use crate::changed;
use crate::record::{ChangedAnswer, cut};
use crate::visible::visible_line;

/// How many changes are shown, and how many bytes of each.
const SHOWN: usize = 2_000;
const LONGEST: usize = 2_000;

/// A list of changed answers that folds, open where one may break a bot; nothing where nothing changed.
pub(crate) fn section<'a>(changes: impl ExactSizeIterator<Item = &'a ChangedAnswer> + Clone) -> Markup {
    let number = changes.len();
    html! {
        @if number > 0 {
            details.fold #changed-answers open[changes.clone().any(|change| change.kind.is_worse())] {
                summary { span.title { b { (text(&changed::heading())) } } span.count { (number) } }
                ul.rows {
                    @for change in changes.take(SHOWN) {
                        li.check {
                            (changed::sign(change)) " " code.id { (visible_line(cut(&changed::place(change), LONGEST))) }
                            span.should { (text(&changed::sentence(change))) }
                        }
                    }
                }
                @if number > SHOWN { p.note { "… +" (number - SHOWN) } }
            }
        }
    }
}
