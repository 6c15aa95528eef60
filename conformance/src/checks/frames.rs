//! Whatever comes over a connection for events is an event. It asks nothing of its own: all frames of the run are judged as
//! they come, and what is wrong belongs to this check where no contract of an event does.

use std::sync::Arc;

use botspec_reports::record::{Level, Text, Transport};
use botspec_schema::model::Effect;

use super::{subscriptions, words};
use crate::check::CheckInfo;
use crate::check_context::CheckContext;
use crate::contract::Contract;
use crate::not_passed::CheckResult;
use crate::owners;
use crate::target::Target;
use crate::unit::only;
use crate::unit::{Order, Unit};

/// One for each transport that carries events.
pub(super) fn units(contract: &Contract, target: &Target) -> Vec<Unit> {
    subscriptions::transports(contract, target).into_iter().map(|transport| unit(contract, transport)).collect()
}

fn unit(contract: &Contract, transport: Transport) -> Unit {
    let info = CheckInfo {
        id: owners::frames(contract),
        dialect: contract.name().to_owned(),
        transport: Some(transport),
        level: Level::Must,
        effect: Effect::Read,
        requirement: None,
        sentence: Text::both(
            "Every frame on a connection for events is an event or the answer to a call.",
            "事件连接上的每一帧都是事件或调用的响应。",
        ),
        source: None,
        sends: words(("nothing; it looks at everything that comes in the run", "不发送内容；检查本次运行收到的一切")),
        expects: words(("JSON objects with the keys of an event", "带有事件字段的 JSON 对象")),
    };
    Unit::new(vec![info], Order::new(Effect::Read, &[]), Arc::new(|cx| Box::pin(async { only(connected(cx).await) })))
}

/// Without a connection nothing could have come.
async fn connected(cx: &mut CheckContext) -> CheckResult {
    let transport = cx.connection_transport();
    let roles = subscriptions::own_roles(cx);
    let Some(role) = roles.into_iter().next() else { return Ok(()) };
    cx.open_over(transport, role, false).await.map(drop)
}
