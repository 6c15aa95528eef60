//! Which deviation breaks which client: strictness of clients is data, with where each fact was measured.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::column::Column;
use crate::cause::{subject, with_stars};
use crate::record::{Check, Text};
use crate::summary::Group;

/// The profiles of clients.
#[derive(Deserialize)]
struct Profiles {
    /// What a deviation does to a client, by its word.
    effects: std::collections::BTreeMap<String, Text>,
    clients: Vec<Client>,
    deviations: Vec<Deviation>,
}

#[derive(Deserialize)]
struct Client {
    name: String,
    version: String,
}

/// One deviation, and what each client does when it meets it.
#[derive(Deserialize)]
struct Deviation {
    /// What deviates.
    title: Text,
    /// Parts of ids of the checks that meet it, with `*` at the end of a part for any.
    events: Vec<String>,
    /// JSON pointers to the place, with `*` for every item; a pointer that ends in `/*` means everything below.
    pointers: Vec<String>,
    /// The classes of the defect.
    defects: Vec<String>,
    /// The effect on each client, by its name; a client that is not named takes it.
    clients: std::collections::BTreeMap<String, String>,
}

/// A client that a column breaks.
#[derive(Debug, Serialize)]
pub(super) struct Hurt<'a> {
    pub(super) client: &'a str,
    pub(super) version: &'a str,
    pub(super) effect: &'a Text,
    pub(super) note: &'a Text,
    pub(super) cause: Text,
}

fn profiles() -> &'static Profiles {
    static PROFILES: LazyLock<Profiles> = LazyLock::new(|| {
        let text = include_str!("../../clients/profiles.json");
        // A test reads the file; a defect in it shows there, and never in a report.
        serde_json::from_str(text).unwrap_or(Profiles {
            effects: std::collections::BTreeMap::new(),
            clients: Vec::new(),
            deviations: Vec::new(),
        })
    });
    &PROFILES
}

/// The clients that the defects of a column break.
pub(super) fn hurt(column: &Column<'_>) -> Vec<Hurt<'static>> {
    let Ok(analysis) = &column.analysis else { return Vec::new() };
    let mut found = Vec::new();
    for cause in analysis.causes.iter().filter(|cause| cause.group <= Group::Waived) {
        for deviation in &profiles().deviations {
            let meets = cause.checks.iter().any(|check| deviation.meets(check, &cause.cause.defect));
            if !meets {
                continue;
            }
            for client in &profiles().clients {
                let effect = deviation.clients.get(&client.name).and_then(|word| profiles().effects.get(word));
                if let Some(effect) = effect {
                    let (client, version) = (client.name.as_str(), client.version.as_str());
                    found.push(Hurt { client, version, effect, note: &deviation.title, cause: cause.title() });
                }
            }
        }
    }
    found.sort_by_key(|one| one.client);
    found
}

impl Deviation {
    fn meets(&self, check: &Check, defect: &str) -> bool {
        let Some(finding) = &check.finding else { return false };
        let Some((area, name)) = subject(&check.id) else { return false };
        let named =
            |pattern: &String| pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start));
        area == "event"
            && self.defects.iter().any(|one| one == defect)
            && self.events.iter().any(named)
            && finding.differences.iter().any(|difference| {
                let at = with_stars(&difference.pointer);
                self.pointers.iter().any(|pointer| pointer == &at || pointer == "*")
            })
    }
}
