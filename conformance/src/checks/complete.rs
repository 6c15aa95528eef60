//! Whether messages come over each connection for events as often as they are sent. It asks nothing of its own: every
//! message that the run sends from one account to the other is counted.

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

/// Where nothing may be sent, there is nothing to count.
fn may_send(cx: &CheckContext) -> CheckResult {
    let action = cx.contract().roles().send_to_user.as_ref().map_or_else(String::new, |send| send.action.clone());
    Ok(cx.gate().allows(&action, Effect::Send)?)
}

fn unit(contract: &Contract, transport: Transport) -> Unit {
    let info = CheckInfo {
        id: owners::complete(contract),
        dialect: contract.name().to_owned(),
        transport: Some(transport),
        level: Level::Must,
        effect: Effect::Send,
        requirement: None,
        sentence: Text::both(
            "Every message to the account comes over each connection for events, as often as it was sent.",
            "发给该账号的每条消息在每个事件连接上出现的次数与发送次数相同。",
        ),
        source: None,
        sends: words(("nothing; it counts the messages that the run sends", "不发送内容；统计本次运行发送的消息")),
        expects: words(("each message once for each time that it was sent", "每发送一次，收到一次")),
    };
    Unit::new(vec![info], Order::new(Effect::Send, &[]), Arc::new(|cx| Box::pin(async { only(may_send(cx)) })))
}
