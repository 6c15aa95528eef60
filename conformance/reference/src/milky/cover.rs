//! What stands on a merged forward before it is opened.

use super::entities::whole;
use crate::plain::in_words;
use crate::world::{Cover, Node, Piece, World};

/// How many lines show what is in it.
const LINES: usize = 4;
/// How long such a line is at most.
const LINE: usize = 60;

/// The cover that it was given, or else the usual one.
pub(super) fn of(world: &World, id: &str) -> Cover {
    world.cover(id).cloned().unwrap_or_else(|| usual(world.forward(id).unwrap_or_default()))
}

/// The cover of messages that were given none.
pub(super) fn usual(nodes: &[Node]) -> Cover {
    let line = |node: &Node| {
        let words: String = node.pieces.iter().map(words).collect();
        format!("{}: {words}", node.name).chars().take(LINE).collect()
    };
    Cover {
        title: "Chat history".to_owned(),
        preview: nodes.iter().take(LINES).map(line).collect(),
        summary: format!("{} messages", whole(nodes.len())),
    }
}

fn words(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Image { summary, .. } if !summary.is_empty() => summary.clone(),
        piece => in_words(piece),
    }
}
