//! Random valid parameters; what fails is shrunk to the smallest request that still does.

use std::sync::Arc;

use botspec_schema::generate::{self, Options};
use botspec_schema::model::Action;
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use super::boundary::has_params;
use super::{again, bindings, call, impatient, odd_values, options, repeatable};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::not_passed::{CheckResult, NotPassed};
use crate::random;
use crate::unit::Body;
use crate::unit::only;

pub(super) const RANDOM: CheckTemplate = CheckTemplate {
    name: "random",
    should: false,
    sentence: None,
    sends: ("random valid parameters with real ids", "契约允许的随机参数，使用真实的 ID"),
    expects: ("a valid envelope, and valid `data` if the call succeeds", "外壳有效；调用成功时 `data` 有效"),
};

/// How many smaller requests are tried at most.
const SHRINKS: usize = 64;

pub(super) fn body(action: &Action) -> Option<Body> {
    if !has_params(action) {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let action = Arc::clone(&action);
        Box::pin(async move { only(run(cx, &action).await) })
    }))
}

async fn run(cx: &mut CheckContext, action: &Action) -> CheckResult {
    odd_values(cx, action)?;
    repeatable(cx, action)?;
    let known = bindings(cx, action).await?;
    let draws = Draws { options: options(cx, action, &known), seed: cx.seed };
    for (case, params) in draws.all(cx, action) {
        if let Err(why) = attempt(cx, action, &params).await {
            return Err(shrink(cx, action, &draws, case, why).await);
        }
    }
    Ok(())
}

async fn attempt(cx: &mut CheckContext, action: &Action, params: &Value) -> CheckResult {
    again(cx, action).await?;
    call(cx, action, params).await?.judge_form(cx, action)
}

/// Looks for the smallest request that fails in any way. Its finding takes the place of the first one.
async fn shrink(cx: &mut CheckContext, action: &Action, draws: &Draws, case: u32, first: NotPassed) -> NotPassed {
    if !matches!(first, NotPassed::Failed(_)) {
        return first;
    }
    let mut smallest = first;
    let mut steps = vec![Step::Simplify];
    for _ in 0..SHRINKS {
        let Some(params) = draws.value(cx, action, case, &steps) else { break };
        match attempt(cx, action, &params).await {
            Err(NotPassed::Failed(violation)) => {
                smallest = NotPassed::Failed(violation);
                steps.push(Step::Simplify);
            }
            Ok(()) => steps.push(Step::Complicate),
            Err(_) => break,
        }
    }
    smallest
}

/// A step towards a smaller value, or back.
#[derive(Clone, Copy)]
enum Step {
    Simplify,
    Complicate,
}

/// What is drawn for an action. The trees that shrink a value cannot be held over an await, so they are grown again from
/// the seed for each step, which costs little beside a request.
struct Draws {
    options: Options,
    seed: u64,
}

impl Draws {
    /// What is drawn for each case; a case that cannot be drawn, because a filter refuses too much, is left out.
    fn all(&self, cx: &CheckContext, action: &Action) -> Vec<(u32, Value)> {
        let strategy = self.strategy(cx, action);
        let cases = 0..cx.gate().target().limits.cases;
        let drawn = cases.filter_map(|case| Some((case, impatient(action, self.tree(&strategy, case)?.current()))));
        drawn.filter(|(_, params)| cx.gate().is_gentle(&action.name, params)).collect()
    }

    fn strategy(&self, cx: &CheckContext, action: &Action) -> BoxedStrategy<Value> {
        let dialect = cx.contract().dialect();
        generate::strategy(&dialect.params(action), dialect.defs(), &self.options)
    }

    fn tree(&self, strategy: &BoxedStrategy<Value>, case: u32) -> Option<Box<dyn ValueTree<Value = Value>>> {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &random::bytes(self.seed ^ u64::from(case)));
        strategy.new_tree(&mut TestRunner::new_with_rng(Config::default(), rng)).ok()
    }

    /// The value of a case after so many steps; none where the last of them leads nowhere.
    fn value(&self, cx: &CheckContext, action: &Action, case: u32, steps: &[Step]) -> Option<Value> {
        let mut tree = self.tree(&self.strategy(cx, action), case)?;
        let mut moved = true;
        for step in steps {
            moved = match step {
                Step::Simplify => tree.simplify(),
                Step::Complicate => tree.complicate(),
            };
        }
        moved.then(|| impatient(action, tree.current()))
    }
}
