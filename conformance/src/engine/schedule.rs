//! In which order units run, and which run at the same time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use botspec_reports::record::rfc3339;
use futures_util::stream::{self, FuturesUnordered, StreamExt};

use super::Run;
use super::task::{Judged, Task, judge_afterwards, run_unit};
use super::unsettled::Unsettled;
use super::windows::Windows;
use crate::check_context::CheckContext;
use crate::events::EngineEvent;
use crate::finding;
use crate::not_passed::NotPassed;
use crate::outcome::RunStatus;
use crate::run_context::RunContext;
use crate::silence;
use crate::unit::Unit;

/// How long the last calls of a run that is stopped may take.
const LAST_CALLS: Duration = Duration::from_secs(5);

/// Units whose verdicts need nothing but time any more.
type Later = FuturesUnordered<Task<Judged>>;

/// What every verdict of a run is recorded with.
struct Recording<'r> {
    context: &'r Arc<RunContext>,
    version: Option<&'r str>,
    today: (u16, u8, u8),
}

impl Run {
    pub(super) async fn run_units(&mut self, context: &Arc<RunContext>, units: Vec<Unit>, version: Option<&str>) {
        let mut unsettled = Unsettled::of(&units);
        self.run_batches(context, units, version, &mut unsettled).await;
        if self.result.status == RunStatus::Finished
            && let Some(note) = context.gate.nearest_note().await
        {
            self.emit(EngineEvent::Note(note));
        }
        for (info, earlier, violation) in unsettled.settle(context) {
            let check = match violation {
                None => earlier,
                Some(why) => {
                    let cx = CheckContext::new(Arc::clone(context), info.transport, 0, Vec::new());
                    let expected = self.config.waivers.expected(&info, &self.config.target, version, today());
                    let mut check = finding::record(&info, &Err(why), &cx, &self.config.command, expected);
                    check.duration_ms = earlier.duration_ms;
                    check
                }
            };
            self.finish(check);
        }
    }

    async fn run_batches(
        &mut self,
        context: &Arc<RunContext>,
        units: Vec<Unit>,
        version: Option<&str>,
        unsettled: &mut Unsettled,
    ) {
        let recording = Recording { context, version, today: today() };
        let (later, windows) = (Later::new(), Arc::new(Windows::default()));
        let mut later = later;
        let (clock, others): (Vec<_>, Vec<_>) = units.into_iter().partition(|unit| unit.order.is_by_clock());
        let had_others = !others.is_empty();
        let (parallel, serial): (Vec<_>, Vec<_>) = others.into_iter().partition(|unit| unit.order.is_parallel());
        // A restart ends the connections over which heartbeats come.
        let (last, serial): (Vec<_>, Vec<_>) = serial.into_iter().partition(|unit| unit.order.is_lifecycle());
        let concurrency = self.config.target.limits.concurrency.max(1);
        let listening = clock.len().max(1);
        for (batch, width) in [(parallel, concurrency), (serial, 1), (clock, listening), (last, 1)] {
            if batch.first().is_some_and(|unit| unit.order.is_by_clock()) {
                context.only_clock_is_left(had_others);
            }
            if !self.run_batch(&recording, batch, width, &windows, &mut later, unsettled).await {
                return;
            }
        }
        while let Some(Ok(judged)) = later.next().await {
            self.record(&recording, &judged, unsettled);
        }
    }

    /// Runs units, so many at the same time; whether the run goes on.
    async fn run_batch(
        &mut self,
        recording: &Recording<'_>,
        batch: Vec<Unit>,
        width: usize,
        windows: &Arc<Windows>,
        later: &mut Later,
        unsettled: &mut Unsettled,
    ) -> bool {
        let context = recording.context;
        let (cancel, events, selection) = (self.cancel.clone(), self.events.clone(), self.config.selection.clone());
        let mut running = stream::iter(batch)
            .map(|unit| {
                let wanted: Vec<_> = unit.checks.iter().filter(|check| selection.wants(check)).cloned().collect();
                let (events, windows) = (events.clone(), Arc::clone(windows));
                let context = Arc::clone(context);
                async move {
                    windows.until_free(&unit.causes).await;
                    for check in &wanted {
                        let _ = events.send(EngineEvent::CheckStarted { label: check.label() });
                    }
                    Task::spawn(run_unit(context, unit, wanted)).await
                }
            })
            .buffered(width);
        loop {
            let finished = tokio::select! {
                biased;
                () = cancel.cancelled() => {
                    self.result.status = RunStatus::Cancelled;
                    // A call that is under way may change something: what it did is known when it is answered.
                    context.close(true);
                    let within = self.config.target.limits.timeout.min(LAST_CALLS);
                    let last = async {
                        for _ in 0..width {
                            running.next().await;
                        }
                    };
                    let _ = tokio::time::timeout(within, last).await;
                    context.close(false);
                    return false;
                }
                Some(judged) = later.next() => judged.map(|judged| (judged, Vec::new())),
                finished = running.next() => match finished {
                    Some(finished) => finished,
                    None => return true,
                },
            };
            // Panics are caught inside, so that the runtime is going down.
            let Ok((judged, afterwards)) = finished else {
                self.result.status = RunStatus::Cancelled;
                return false;
            };
            if afterwards.is_empty() {
                self.record(recording, &judged, unsettled);
            } else {
                let window = windows.open(judged.unit.causes.clone());
                later.push(Task::spawn(async move {
                    let judged = judge_afterwards(judged, afterwards).await;
                    drop(window);
                    judged
                }));
            }
            if !self.is_answering(recording) {
                return false;
            }
        }
    }

    /// Records what came of a unit.
    fn record(&mut self, recording: &Recording<'_>, judged: &Judged, unsettled: &mut Unsettled) {
        let Judged { cx, verdicts, .. } = judged;
        let &Recording { context, version, today } = recording;
        let is_gone = context.gate.is_gone();
        for (info, judged) in verdicts {
            // Nobody could answer it: it was not run.
            let unanswered = is_gone && matches!(judged, Err(NotPassed::Untestable(_) | NotPassed::Skip(_)));
            if !self.wants(info) || unanswered {
                continue;
            }
            let expected = self.config.waivers.expected(info, &self.config.target, version, today);
            let check = finding::record(info, judged, cx, &self.config.command, expected);
            if let Some(check) = unsettled.hold(context, info, check) {
                self.finish(check);
            }
        }
    }

    /// Records that the target fell silent, where it did; whether it still answers.
    fn is_answering(&mut self, recording: &Recording<'_>) -> bool {
        let &Recording { context, version, today } = recording;
        let silences = context.gate.take_silences();
        for silence in &silences {
            let info = silence::check(&self.config.target.dialect);
            let expected = self.config.waivers.expected(&info, &self.config.target, version, today);
            self.finish(silence::record(&info, silence, context, expected));
        }
        if context.gate.is_gone() {
            self.result.status = RunStatus::Stopped;
            self.result.stopped = Some(silence::stopped(silences.last(), context));
            return false;
        }
        true
    }
}

/// The day in UTC.
pub(super) fn today() -> (u16, u8, u8) {
    let text = rfc3339(SystemTime::now());
    let mut parts = text.split(['-', 'T']).map(|part| part.parse::<u16>().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    (year, u8::try_from(month).unwrap_or_default(), u8::try_from(day).unwrap_or_default())
}
