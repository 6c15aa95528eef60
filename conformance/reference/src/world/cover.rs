//! What a merged forward looks like before it is opened.

use super::{Node, Refusal, World};

/// What its sender wrote on a merged forward; the rest is as usual. What lists of conversations show of it is reported to
/// nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// The line above.
    pub title: Option<String>,
    /// Lines that show what is in it.
    pub preview: Option<Vec<String>>,
    /// The line below.
    pub summary: Option<String>,
}

impl World {
    /// Merges messages into one with a cover of its own; answers its id.
    pub fn merge_under(&mut self, nodes: Vec<Node>, cover: Cover) -> Result<String, Refusal> {
        let id = self.merge(nodes)?;
        if cover != Cover::default() {
            let lines = cover.title.iter().chain(cover.preview.iter().flatten()).chain(&cover.summary);
            let weight = lines.map(String::len).sum();
            self.covers.keep(id.clone(), cover, weight);
        }
        Ok(id)
    }

    /// The cover that a merged forward was given.
    pub fn cover(&self, forward: &str) -> Option<&Cover> {
        self.covers.get(forward)
    }
}
