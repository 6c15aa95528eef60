//! A request or a response: its head, and its body, indented where it is JSON.

use maud::{Markup, html};

use super::indent::{Piece, indented};
use super::share::Share;
use super::words::both;
use crate::quantity::bytes;
use crate::record::{Capture, cut};
use crate::visible::visible;

/// A request or a response, with the places at these JSON pointers marked.
pub(super) fn body(capture: &Capture, pointers: &[&str], share: Share) -> Markup {
    let kept = cut(&capture.body, share.body);
    let left_out = (capture.body.len() - kept.len()) as u64;
    let whole = left_out + capture.omitted_bytes == 0;
    html! {
        pre.body tabindex="0" {
            @if !capture.head.is_empty() { span.head { @for line in &capture.head { (visible(line)) "\n" } } }
            @match indented(kept, whole, pointers) {
                Some(pieces) => code { @for piece in &pieces { (render(piece)) } },
                None if kept.is_empty() => span.empty { (both("empty body", "正文为空")) },
                None => code { (visible(kept)) },
            }
        }
        @if left_out > 0 {
            p.note {
                (both(
                    &format!("{} more are in the record.", bytes(left_out)),
                    &format!("其余 {} 见运行记录。", bytes(left_out)),
                ))
            }
        }
        @if capture.omitted_bytes > 0 {
            p.note {
                (both(
                    &format!("{} more came and were not kept.", bytes(capture.omitted_bytes)),
                    &format!("还有 {} 没有保存。", bytes(capture.omitted_bytes)),
                ))
            }
        }
    }
}

fn render(piece: &Piece) -> Markup {
    let text = visible(&piece.text);
    html! {
        @if piece.marked { mark { (text) } } @else if piece.key { span.key { (text) } } @else { (text) }
    }
}
