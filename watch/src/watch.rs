//! Watches: serves links, judges what passes, and leaves a record.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use botspec_conformance::{Judge, RunError, TrafficKind};
use botspec_reports::record::{Counts, Endpoint, Text, Transport};
use botspec_schema::Catalog;

use crate::folder::Folder;
use crate::link::Link;
use crate::proxy::{self, Served};
use crate::queue::{self, Counts as Passed, Intake, Unit};
use crate::settings::Settings;
use crate::traffic::Traffic;
use crate::watch_event::WatchEvent;

/// How often is looked for what did not come.
const TICK: Duration = Duration::from_secs(1);

/// Why watching cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// There is no such dialect.
    #[error(transparent)]
    Dialect(#[from] RunError),
    /// It is not possible to listen at an address.
    #[error("cannot listen at {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The folder of the record cannot be written.
    #[error("cannot write the record into `{folder}`: {source}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// Judging cannot begin.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// Traffic that is being watched until [`Watch::stop`].
#[derive(Debug)]
pub struct Watch {
    served: Vec<(Link, Served)>,
    passed: Arc<Passed>,
    events: Receiver<WatchEvent>,
    judging: JoinHandle<Outcome>,
}

/// What came of watching.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The verdicts of the last record.
    pub counts: Counts,
    /// How many checks of all records failed.
    pub failed: u64,
    /// How many checks of all records warned.
    pub warned: u64,
    /// Why the record could not be written, where it could not.
    pub not_written: Option<String>,
    /// Whether botspec itself failed to judge something.
    pub defects: u64,
}

impl Watch {
    /// Begins to serve links and to judge what passes.
    pub async fn start(settings: Settings, links: Vec<Link>) -> Result<Self, WatchError> {
        let judge = Judge::new(Catalog::builtin(), &settings.dialect, TrafficKind::Live)?;
        let folder = Folder::open(&settings).map_err(|source| {
            let folder = settings.out.display().to_string();
            WatchError::Folder { folder, source }
        })?;
        let passed = Arc::new(Passed::default());
        let (feed, intake) = queue::queue(Arc::clone(&passed));
        let (numbers, limit) = (Arc::new(AtomicU64::new(0)), settings.max_message);
        let mut served = Vec::new();
        for link in links {
            let one = proxy::serve(link.clone(), feed.clone(), Arc::clone(&numbers), limit).await;
            let one = one.map_err(|source| WatchError::Listen { address: link.listen.to_string(), source })?;
            served.push((link, one));
        }
        let endpoint = |(link, served): &(Link, Served)| Endpoint {
            transport: link.transport,
            address: if link.bot_connects() { link.upstream.url.clone() } else { served.addr.to_string() },
        };
        let endpoints = served.iter().map(endpoint).collect();
        let (notify, events) = channel();
        let mut traffic = Traffic::new(judge, settings, notify.clone());
        traffic.one_account =
            served.iter().map(|(link, _)| link.transport).collect::<BTreeSet<_>>().len() == served.len();
        let judging =
            Judging { traffic, folder, endpoints, notify, passed: Arc::clone(&passed), outcome: Outcome::default() };
        let judging = std::thread::Builder::new()
            .name("judge".to_owned())
            .spawn(move || judging.run(&intake))
            .map_err(WatchError::Thread)?;
        Ok(Self { served, passed, events, judging })
    }

    /// The links with the addresses at which they are served.
    pub fn links(&self) -> impl Iterator<Item = (Transport, std::net::SocketAddr, &Link)> {
        self.served.iter().map(|(link, served)| (link.transport, served.addr, link))
    }

    /// What has passed so far.
    pub fn passed(&self) -> &Passed {
        &self.passed
    }

    /// The next thing to show, where there is one already.
    pub fn next_event(&self) -> Option<WatchEvent> {
        self.events.try_recv().ok()
    }

    /// Ends the connections, judges what is left, and writes the record.
    pub async fn stop(self) -> (Outcome, Vec<WatchEvent>) {
        for (_, served) in self.served {
            served.stop().await;
        }
        let judging = self.judging;
        let outcome = tokio::task::spawn_blocking(move || judging.join()).await;
        let lost = || Outcome { defects: 1, ..Outcome::default() };
        let outcome = outcome.ok().and_then(Result::ok).unwrap_or_else(lost);
        (outcome, self.events.try_iter().collect())
    }
}

/// The thread that judges.
struct Judging {
    traffic: Traffic,
    folder: Folder,
    endpoints: Vec<Endpoint>,
    notify: Sender<WatchEvent>,
    passed: Arc<Passed>,
    outcome: Outcome,
}

impl Judging {
    fn run(mut self, intake: &Intake) -> Outcome {
        let (mut ticked, mut written, mut changed) = (Instant::now(), Instant::now(), false);
        while let Ok(unit) = intake.next(TICK) {
            if let Some(unit) = unit {
                changed = true;
                self.take(unit);
            }
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                self.traffic.tick(Instant::now(), SystemTime::now());
                if self.folder.is_over(SystemTime::now()) {
                    self.finish();
                    self.next_day(SystemTime::now());
                    changed = false;
                }
            }
            if changed && written.elapsed() >= self.traffic.settings.checkpoint {
                (written, changed) = (Instant::now(), false);
                self.write();
            }
        }
        self.finish();
        self.outcome
    }

    /// Judges what passed, in the record of its day.
    fn take(&mut self, unit: Unit) {
        if self.folder.is_over(unit.time) {
            self.finish();
            self.next_day(unit.time);
        }
        let taken = catch_unwind(AssertUnwindSafe(|| self.traffic.take(unit)));
        self.outcome.defects += u64::from(taken.is_err());
    }

    /// Writes the record as far as it goes. Where that is not possible, it is reported once; traffic passes all the same.
    fn write(&mut self) -> bool {
        let Self { traffic, folder, endpoints, .. } = self;
        match folder.write(|out, since| traffic.write(out, since, endpoints)) {
            Ok(counts) => {
                self.outcome.counts = counts;
                self.outcome.not_written = None;
                true
            }
            Err(error) => {
                let why = format!("cannot write {}: {error}", self.folder.record().display());
                if self.outcome.not_written.is_none() {
                    let zh = format!("无法写入 {}：{error}", self.folder.record().display());
                    let _ = self.notify.send(WatchEvent::Note(Text::both(format!("{why}; traffic is passed on"), zh)));
                }
                self.outcome.not_written = Some(why);
                false
            }
        }
    }

    /// Writes the record for the last time.
    fn finish(&mut self) {
        self.traffic.conclude();
        if self.write() {
            let _ = self.notify.send(WatchEvent::RecordWritten { folder: self.folder.path().to_owned() });
        }
        if let (Some(folder), Some(lessons)) = (&self.traffic.settings.learn, &self.traffic.lessons) {
            let text = match lessons.write(self.traffic.judge.contract(), folder) {
                Ok(written) => Text::both(
                    format!("{written} proposals for contracts in {}", folder.display()),
                    format!("契约改动建议 {written} 条，位于 {}", folder.display()),
                ),
                Err(error) => Text::both(
                    format!("cannot write proposals into {}: {error}", folder.display()),
                    format!("无法将建议写入 {}：{error}", folder.display()),
                ),
            };
            let _ = self.notify.send(WatchEvent::Note(text));
        }
        self.outcome.failed += self.outcome.counts.fail;
        self.outcome.warned += self.outcome.counts.warn;
        let missed = self.passed.missed.load(std::sync::atomic::Ordering::Relaxed);
        if missed > 0 {
            let text = Text::both(
                format!("{missed} messages were passed on and not judged, because judging was behind"),
                format!("有 {missed} 条消息已转发但未做检查，因为检查跟不上流量"),
            );
            let _ = self.notify.send(WatchEvent::Note(text));
        }
    }

    fn next_day(&mut self, now: SystemTime) {
        self.folder.next(now);
        self.traffic.forget();
    }
}

#[cfg(test)]
mod tests {
    use botspec_reports::record::read;

    use super::*;
    use crate::tee::{Head, Passed as Passing, Payload};

    const MESSAGE: &str = r#"{"time":1733202425,"self_id":10001,"post_type":"message","message_type":"private","sub_type":"friend","message_id":5,"user_id":20002,"message":[],"raw_message":"","font":0,"sender":{}}"#;

    /// A connection goes on over midnight; what passes stands in the record of its day.
    #[test]
    fn each_day_has_a_record() {
        let root = tempfile::tempdir().expect("a folder");
        let settings = Settings { daily: true, ..Settings::new("onebot11", root.path()) };
        let judge = Judge::new(Catalog::builtin(), "onebot11", TrafficKind::Live).expect("the dialect");
        let folder = Folder::open(&settings).expect("it opens");
        let (notify, events) = channel();
        let traffic = Traffic::new(judge, settings, notify.clone());
        let (endpoints, passed, outcome) = (Vec::new(), Arc::default(), Outcome::default());
        let mut judging = Judging { traffic, folder, endpoints, notify, passed, outcome };
        let (at, today) = (Instant::now(), SystemTime::now());
        let mut take = |time, passed| judging.take(Unit { connection: 1, missed: 0, at, time, passed });
        take(today, Passing::Opened { transport: Transport::Ws, request: Box::new(Head::default()), extension: None });
        for day in 0..3 {
            for id in 0..=day {
                let text = MESSAGE.replace(":5,", &format!(":{},", day * 10 + id + 1));
                let payload = Payload::of(text.as_bytes(), 10_000);
                let time = today + Duration::from_secs(24 * 60 * 60) * day;
                take(time, Passing::Message { from_bot: false, text: true, payload });
            }
        }
        judging.finish();
        let written = |event: WatchEvent| match event {
            WatchEvent::RecordWritten { folder } => Some(folder),
            _ => None,
        };
        let seen = events.try_iter().filter_map(written).map(|folder| {
            let record = std::fs::read(folder.join("record.ndjson")).expect("a record");
            let checks = read(record.as_slice()).expect("a record").checks;
            checks.iter().find(|check| check.id.ends_with("/message.private/shape")).and_then(|check| check.seen)
        });
        assert_eq!(seen.collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
        assert_eq!(judging.outcome.defects, 0);
    }
}
