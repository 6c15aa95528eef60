//! From what was seen to a record, in the format of a run.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::SystemTime;

use botspec_reports::record::{
    self, Check, Counts, Difference, Direction, Endpoint, Finding, Header, Level, Text, TraceLine, Transport, Verdict,
    Writer, millis, rfc3339,
};

use crate::causes::{Cause, Key};
use crate::rules::{self, Rule};
use crate::traffic::Traffic;

/// How many differences a check lists.
const DIFFERENCES: usize = 20;

/// The causes of each check over a transport.
type CausesOfChecks<'a> = BTreeMap<(&'a str, Option<Transport>), Vec<(&'a Key, &'a Cause)>>;

/// A check over a transport, and how many documents it judged.
type Judged = BTreeMap<(String, Option<Transport>), u64>;

impl Traffic {
    /// Writes everything as a record, and counts the verdicts.
    pub(crate) fn write(&self, out: impl Write, since: SystemTime, endpoints: &[Endpoint]) -> io::Result<Counts> {
        let mut writer = Writer::new(out, &self.header(since, endpoints))?;
        let mut causes: CausesOfChecks<'_> = BTreeMap::new();
        for (key, cause) in self.causes.iter() {
            causes.entry((&key.check, key.transport)).or_default().push((key, cause));
        }
        let mut judged = self.judged();
        for (check, transport) in causes.keys() {
            judged.entry(((*check).to_owned(), *transport)).or_default();
        }
        for ((id, transport), times) in &judged {
            let found = causes.get(&(id.as_str(), *transport)).map_or(&[][..], Vec::as_slice);
            writer.check(&self.check(id, *transport, *times, found))?;
        }
        let duration = millis(SystemTime::now().duration_since(since).unwrap_or_default());
        let (footer, _) = writer.finish(rfc3339(SystemTime::now()), duration, self.tally.made())?;
        Ok(footer.counts)
    }

    fn header(&self, since: SystemTime, endpoints: &[Endpoint]) -> Header {
        let (settings, version) = (&self.settings, self.tally.version.as_ref());
        let contract = self.judge.contract();
        let stated = settings.version.clone().map(|version| (version, "command line".to_owned()));
        let learned = || version.map(|(_, version, action)| (version.clone(), action.clone()));
        let (version_text, source) = stated.or_else(learned).unzip();
        let mut header = Header {
            format: record::FORMAT,
            botspec_version: env!("CARGO_PKG_VERSION").to_owned(),
            contract_hash: botspec_schema::Catalog::builtin().contract_hash(),
            requirement_sets: Vec::new(),
            dialect: contract.name().to_owned(),
            target: record::Target {
                name: settings.name.clone(),
                implementation: version.map(|(name, ..)| name.clone()),
                version: version_text,
                version_source: source,
                endpoints: endpoints.to_vec(),
            },
            seed: 0,
            transports: self.tally.transports(),
            // Nothing is selected: what passes is judged.
            selected: 0,
            select: Vec::new(),
            effects_allowed: Vec::new(),
            started_at: rfc3339(since),
            partition: None,
            command: settings.command.clone(),
        };
        self.judge.clean_header(&self.secrets, &mut header);
        header
    }

    /// What was judged, and how often.
    fn judged(&self) -> Judged {
        let (judge, name) = (&self.judge, self.judge.contract().name());
        let mut judged = Judged::new();
        for (action, transports) in &self.tally.calls {
            for (transport, calls) in transports {
                let known = self.judge.contract().resolve(action).is_some();
                let [envelope, result] = judge.checks_of_action(action);
                for (check, times) in [(envelope, calls.answered), (result, calls.succeeded)] {
                    if known && times > 0 {
                        judged.insert((check, Some(*transport)), times);
                    }
                }
                if known && calls.answered > 0 {
                    judged.insert((rules::PARAMS.check(name, Some(action)), Some(*transport)), calls.made);
                }
            }
        }
        for (event, transports) in &self.tally.events {
            judged.extend(transports.iter().map(|(it, times)| ((judge.check_of_event(event), Some(*it)), *times)));
        }
        let frames = judge.check_of_frames();
        judged.extend(self.tally.frames.iter().map(|(it, times)| ((frames.clone(), Some(*it)), *times)));
        let rules =
            self.tally.rules.iter().flat_map(|(rule, all)| all.iter().map(move |(it, times)| (rule, it, times)));
        for (rule, transport, times) in rules {
            judged.insert((rule.check(name, None), Some(*transport)), *times);
        }
        judged
    }

    /// How binding a check is.
    pub(crate) fn level(&self, id: &str) -> Level {
        let of_rule = || Rule::of(id).map_or(Level::Must, |rule| rule.level);
        self.judge.check(id).map_or_else(of_rule, |check| check.level)
    }

    fn check(&self, id: &str, transport: Option<Transport>, times: u64, causes: &[(&Key, &Cause)]) -> Check {
        let known = self.judge.check(id);
        let level = self.level(id);
        let verdict = match level {
            _ if causes.is_empty() => Verdict::Pass,
            Level::Must => Verdict::Fail,
            Level::Should => Verdict::Warn,
            Level::May => Verdict::Pass,
        };
        let sentence = match (known, Rule::of(id)) {
            (Some(check), _) => check.sentence.clone(),
            (None, Some(rule)) => rule.sentence(Rule::action_of(id)),
            (None, None) => Text::from(id),
        };
        let finding = (!causes.is_empty()).then(|| {
            let mut finding = self.finding(sentence, times, causes);
            finding.source = known.and_then(|check| check.source.clone());
            finding
        });
        Check {
            id: id.to_owned(),
            dialect: self.judge.contract().name().to_owned(),
            transport,
            level,
            verdict,
            expected: None,
            requirements: known.and_then(|check| check.requirement.clone()).into_iter().collect(),
            duration_ms: 0.0,
            blocked_by: None,
            seen: Some(times),
            finding,
        }
    }

    fn finding(&self, sentence: Text, of: u64, causes: &[(&Key, &Cause)]) -> Finding {
        let mut causes = causes.to_vec();
        causes.sort_by_key(|(_, cause)| std::cmp::Reverse(cause.times));
        let times: u64 = causes.iter().map(|(_, cause)| cause.times).sum();
        let first = causes[0].1;
        let (en, zh) = if of > 0 {
            (format!("{times} times in {of}"), format!("{of} 次中有 {times} 次"))
        } else {
            (format!("{times} times"), format!("共 {times} 次"))
        };
        let differs = first.difference.in_summary(&first.summary);
        let summary = Text::both(format!("{} ({en})", differs.en), format!("{}（{zh}）", differs.zh));
        let mut finding = Finding::new(sentence, summary);
        finding.differences = causes.iter().take(DIFFERENCES).map(|(_, cause)| cause.difference.clone()).collect();
        for (_, cause) in &causes {
            self.occurrences(cause, &mut finding);
        }
        self.judge.clean(&self.secrets, &mut finding);
        finding
    }

    /// The evidence of the first occurrence, and of the others a line each.
    fn occurrences(&self, cause: &Cause, finding: &mut Finding) {
        let began = cause.first_at;
        let line = |at: SystemTime, direction, text: String| TraceLine {
            at_ms: millis(at.duration_since(began).unwrap_or_default()),
            direction,
            transport: None,
            text,
        };
        let Difference { pointer, .. } = &cause.difference;
        let times = format!(
            "{pointer} {} times, first at {}, last at {}",
            cause.times,
            rfc3339(cause.first_at),
            rfc3339(cause.last_at)
        );
        finding.trace.push(line(began, Direction::Note, times.trim_start().to_owned()));
        for occurrence in &cause.occurrences {
            let evidence = &occurrence.evidence;
            let (request, response) = evidence.captures(&self.judge, &self.secrets, self.settings.private);
            for (direction, capture) in [(Direction::Sent, &request), (Direction::Received, &response)] {
                if let Some(capture) = capture {
                    finding.trace.push(line(evidence.time, direction, capture.body.clone()));
                }
            }
            let found = format!("found {}", occurrence.found);
            finding.trace.push(line(evidence.time, Direction::Note, found));
            if finding.request.is_none() && finding.response.is_none() {
                (finding.request, finding.response) = (request, response);
            }
        }
    }
}
