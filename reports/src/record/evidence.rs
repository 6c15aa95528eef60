//! How much evidence of a record is held in memory.
//!
//! A target that fails everything leaves a record of gigabytes, most of which states the same again. The evidence of the
//! first findings of each kind is held; of the others only the sentences and the places that differ.

use std::collections::BTreeMap;

use super::{Capture, Check, Finding};

/// Below so many bytes all evidence is held.
const ALL: usize = 12 * 1024 * 1024;
/// Above so many bytes none is.
const MOST: usize = 24 * 1024 * 1024;
/// Of how many findings of one kind evidence is held in between.
const OF_A_KIND: u32 = 3;
/// How many differences are held of a finding whose evidence is not.
const DIFFERENCES: usize = 4;
/// How long the sentences of a finding whose evidence is not held may be.
const SENTENCE: usize = 1024;

/// What is held so far.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    bytes: usize,
    kinds: BTreeMap<u64, u32>,
}

impl Evidence {
    /// Takes the evidence from a check whose kind has enough of it.
    pub(super) fn keep(&mut self, check: &mut Check) {
        let Some(finding) = &mut check.finding else { return };
        let bytes = size(finding);
        let seen = self.kinds.entry(kind(&check.id, finding)).or_default();
        *seen += 1;
        let enough = self.bytes + bytes > MOST || (self.bytes + bytes > ALL && *seen > OF_A_KIND);
        if enough {
            strip(finding);
        } else {
            self.bytes += bytes;
        }
    }
}

fn strip(finding: &mut Finding) {
    finding.request = None;
    finding.response = None;
    finding.trace = Vec::new();
    finding.repeat = Vec::new();
    finding.differences.truncate(DIFFERENCES);
    finding.differences.shrink_to_fit();
    for text in [&mut finding.sentence.en, &mut finding.sentence.zh, &mut finding.summary.en, &mut finding.summary.zh] {
        shorten(text);
    }
    for difference in &mut finding.differences {
        for text in [&mut difference.pointer, &mut difference.expected, &mut difference.found] {
            shorten(text);
        }
    }
    finding.evidence_left_out = true;
}

fn shorten(text: &mut String) {
    let kept = super::cut(text, SENTENCE).len();
    text.truncate(kept);
    text.shrink_to_fit();
}

/// Roughly how much memory a finding takes.
fn size(finding: &Finding) -> usize {
    let capture = |it: &Option<Capture>| {
        it.as_ref().map_or(0, |it| it.body.len() + it.head.iter().map(String::len).sum::<usize>())
    };
    let texts = [&finding.sentence, &finding.summary].map(|text| text.en.len() + text.zh.len());
    capture(&finding.request)
        + capture(&finding.response)
        + texts.iter().sum::<usize>()
        + finding.trace.iter().map(|line| line.text.len() + 64).sum::<usize>()
        + finding.repeat.iter().map(String::len).sum::<usize>()
        + finding.differences.iter().map(|it| it.pointer.len() + it.expected.len() + it.found.len() + 72).sum::<usize>()
}

/// What findings have in common that show the same: the thing that the id names, and the first place that differs.
fn kind(id: &str, finding: &Finding) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    id.rsplit_once('/').map_or(id, |(thing, _)| thing).hash(&mut hasher);
    if let Some(difference) = finding.differences.first() {
        difference.pointer.bytes().filter(|byte| !byte.is_ascii_digit()).for_each(|byte| byte.hash(&mut hasher));
        difference.expected.hash(&mut hasher);
    }
    hasher.finish()
}
