//! One unit of checks, run in a task of its own.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use botspec_reports::record::Text;
use futures_util::FutureExt;
use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument;

use crate::check::CheckInfo;
use crate::check_context::{Afterwards, CheckContext};
use crate::not_passed::{CheckResult, NotPassed};
use crate::random::seed_of;
use crate::run_context::RunContext;
use crate::unit::{Unit, Verdicts};

/// What came of a unit.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) unit: Unit,
    pub(super) cx: CheckContext,
    /// The checks of the unit with their verdicts.
    pub(super) verdicts: Vec<(CheckInfo, CheckResult)>,
}

/// Runs one unit in a span that names its first check.
pub(super) async fn run_unit(
    context: Arc<RunContext>,
    unit: Unit,
    wanted: Vec<CheckInfo>,
) -> (Judged, Vec<Afterwards>) {
    let label = unit.checks.first().map(CheckInfo::label).unwrap_or_default();
    let span = tracing::debug_span!("check", label);
    async move {
        tracing::debug!("begins");
        let (judged, afterwards) = ask(context, unit, wanted).await;
        let took_ms = judged.cx.log.duration().as_millis();
        tracing::debug!(took_ms, looks_on = !afterwards.is_empty(), "asked everything");
        (judged, afterwards)
    }
    .instrument(span)
    .await
}

/// Runs one unit up to where nothing is sent any more. A panic in it is a defect of botspec, and costs no other check its
/// verdict.
async fn ask(context: Arc<RunContext>, unit: Unit, wanted: Vec<CheckInfo>) -> (Judged, Vec<Afterwards>) {
    let first = unit.checks.first();
    let transport = first.and_then(|check| check.transport);
    let seed = seed_of(context.seed, first.map_or("", |check| &check.id), transport);
    if unit.order.is_serial() {
        context.refresh().await;
    }
    let mut cx = CheckContext::new(context, transport, seed, wanted);
    let verdicts = AssertUnwindSafe((unit.body)(&mut cx)).catch_unwind().await;
    cx.log.finish();
    let verdicts = match verdicts {
        Ok(verdicts) => assign(&unit.checks, verdicts),
        Err(panic) => {
            let why = NotPassed::Defect(describe(panic.as_ref()));
            unit.checks.iter().map(|check| (check.clone(), Err(why.clone()))).collect()
        }
    };
    let (now, afterwards) = (cx.take_judged(), cx.take_afterwards());
    let mut judged = Judged { unit, cx, verdicts };
    judged.take(now);
    (judged, afterwards)
}

/// Each check with its verdict. One that has none, or two, is a defect, and so is a verdict of no check.
fn assign(checks: &[CheckInfo], verdicts: Verdicts) -> Vec<(CheckInfo, CheckResult)> {
    let mut assigned: Vec<Option<CheckResult>> = vec![None; checks.len()];
    let mut strange = None;
    for (part, verdict) in verdicts {
        match part.place(checks).and_then(|place| assigned.get_mut(place)) {
            Some(own @ None) => *own = Some(verdict),
            _ => strange = Some(part),
        }
    }
    let none = || match strange {
        Some(part) => {
            format!("the check came to no verdict, but {part:?} did, which is none of its unit or came twice")
        }
        None => "the check came to no verdict".to_owned(),
    };
    let defect = || Err(NotPassed::Defect(Text::from(none())));
    checks.iter().cloned().zip(assigned.into_iter().map(|verdict| verdict.unwrap_or_else(defect))).collect()
}

impl Judged {
    /// Takes verdicts that came later. What was wrong first is what is reported.
    fn take(&mut self, later: Verdicts) {
        for (part, verdict) in later {
            let own = part.place(&self.unit.checks).and_then(|place| self.verdicts.get_mut(place));
            if let Some((_, own)) = own.filter(|(_, own)| own.is_ok()) {
                *own = verdict;
            }
        }
    }
}

/// Judges what is left of a unit when time has passed.
pub(super) async fn judge_afterwards(mut judged: Judged, afterwards: Vec<Afterwards>) -> Judged {
    for judge in afterwards {
        let later = AssertUnwindSafe(judge(&mut judged.cx)).catch_unwind().await;
        let later = later.unwrap_or_else(|panic| {
            let why = NotPassed::Defect(describe(panic.as_ref()));
            judged.verdicts.iter_mut().filter(|(_, own)| own.is_ok()).for_each(|(_, own)| *own = Err(why.clone()));
            Vec::new()
        });
        judged.take(later);
    }
    judged.cx.log.finish();
    judged
}

fn describe(panic: &(dyn std::any::Any + Send)) -> Text {
    let what = panic.downcast_ref::<String>().cloned();
    let what = what.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Text::from(format!("botspec panicked: {}", what.unwrap_or_default()))
}

/// A task that ends when nobody waits for it any more.
pub(super) struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    pub(super) fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, waker: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(waker)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::contract_of;
    use crate::fixtures::{Discovered, Fixtures};
    use crate::gate::Gate;
    use crate::part::Part;
    use crate::redact::Secrets;
    use crate::target::{Adapter, Target};
    use crate::unit::{Order, only};
    use botspec_schema::Catalog;
    use botspec_schema::model::Effect;

    /// A check that panics costs no other check its verdict, and is reported as a defect.
    #[tokio::test]
    async fn a_panic_in_a_check_is_a_defect() {
        let mut target = Target::new("nobody", "onebot11");
        target.http = Some(Adapter::new("http://127.0.0.1:9", None));
        let contract = contract_of(Catalog::builtin(), "onebot11").expect("the dialect");
        let secrets = Arc::new(Secrets::default());
        let gate = Gate::new(target.clone(), contract, Arc::clone(&secrets));
        let fixtures = Fixtures::new(target, &Discovered::default());
        let context = Arc::new(RunContext::new(gate, None, fixtures, secrets, 0));
        let checks = vec![CheckInfo::example("a"), CheckInfo::example("b")];
        let order = Order::new(Effect::Read, &[]);
        let panicking =
            Unit::new(checks.clone(), order, Arc::new(|_| Box::pin(async { panic!("a check went wrong") })));
        let silent = Unit::new(checks.clone(), order, Arc::new(|_| Box::pin(async { vec![(Part::Of("b"), Ok(()))] })));
        let strange = Unit::new(checks, order, Arc::new(|_| Box::pin(async { only(Ok(())) })));
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let judged = run_unit(Arc::clone(&context), panicking, Vec::new()).await.0.verdicts;
        std::panic::set_hook(hook);
        assert_eq!(judged.len(), 2);
        for (_, judged) in &judged {
            assert!(
                matches!(judged, Err(NotPassed::Defect(what)) if what.en.contains("a check went wrong")),
                "{judged:?}"
            );
        }
        let judged = run_unit(Arc::clone(&context), silent, Vec::new()).await.0.verdicts;
        let no_pass = matches!(&judged[..], [(_, Err(NotPassed::Defect(_))), (_, Ok(()))]);
        assert!(no_pass, "no verdict is no pass, and one goes to the check that it names: {judged:?}");
        let judged = run_unit(context, strange, Vec::new()).await.0.verdicts;
        let defects = judged.iter().all(|(_, judged)| matches!(judged, Err(NotPassed::Defect(_))));
        assert!(defects, "a verdict that may be of either check is of none: {judged:?}");
    }
}
