//! What the record of a run states first.

use std::time::SystemTime;

use botspec_reports::record::{self, Endpoint, Header, rfc3339};
use botspec_schema::Catalog;

use super::Run;
use crate::fixtures::Discovered;

impl Run {
    pub(super) fn header(&self, catalog: &Catalog, known: &Discovered, selected: usize) -> Header {
        let target = &self.config.target;
        let endpoints: Vec<Endpoint> =
            target.endpoints().map(|(transport, address)| Endpoint { transport, address }).collect();
        let (version, version_source) = match (&target.version, &known.version) {
            (Some(version), _) => (Some(version.clone()), Some("target file".to_owned())),
            (None, Some((version, action))) => (Some(version.clone()), Some(action.clone())),
            (None, None) => (None, None),
        };
        let mut command = self.config.command.clone();
        command.extend(["--seed".to_owned(), self.config.seed.to_string()]);
        Header {
            format: record::FORMAT,
            botspec_version: self.config.botspec_version.clone(),
            contract_hash: catalog.contract_hash(),
            requirement_sets: self.requirement_sets(),
            dialect: target.dialect.clone(),
            target: record::Target {
                name: target.name.clone(),
                implementation: known.implementation.clone(),
                version,
                version_source,
                endpoints: endpoints.clone(),
            },
            seed: self.config.seed,
            transports: endpoints.iter().map(|endpoint| endpoint.transport).collect(),
            selected: selected as u64,
            select: self.config.selection.select.clone(),
            effects_allowed: target.allow.iter().map(|effect| effect.as_str().to_owned()).collect(),
            started_at: rfc3339(SystemTime::now()),
            partition: self.config.selection.partition,
            command,
        }
    }

    fn requirement_sets(&self) -> Vec<record::RequirementSet> {
        let set = self.contract.dialect().requirements.as_ref();
        let requirement = |it: &botspec_schema::model::Requirement| record::Requirement {
            id: it.id.clone(),
            level: it.level,
            sentence: Some(it.sentence.clone()),
        };
        set.map(|set| record::RequirementSet {
            set: set.set.clone(),
            dialect: set.dialect.clone(),
            requirements: set.requirements.iter().map(requirement).collect(),
        })
        .into_iter()
        .collect()
    }
}
