//! What a merged forward looks like before it is opened.

use super::{Node, Refusal, World};

/// What stands on a merged forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The line above.
    pub title: String,
    /// Lines that show what is in it.
    pub preview: Vec<String>,
    /// The line below.
    pub summary: String,
}

impl World {
    /// Merges messages into one with a cover of its own; answers its id.
    pub fn merge_under(&mut self, nodes: Vec<Node>, cover: Cover) -> Result<String, Refusal> {
        let id = self.merge(nodes)?;
        let weight = cover.title.len() + cover.summary.len() + cover.preview.iter().map(String::len).sum::<usize>();
        self.covers.keep(id.clone(), cover, weight);
        Ok(id)
    }

    /// The cover that a merged forward was given.
    pub fn cover(&self, forward: &str) -> Option<&Cover> {
        self.covers.get(forward)
    }
}
