//! The words of failures are for people. It sends one call that cannot succeed; all other answers of the run are judged as
//! they come, and belong to this check.

use std::sync::Arc;

use botspec_reports::record::{Level, Text, Transport};
use botspec_schema::model::Effect;

use super::{requirements, words};
use crate::check::CheckInfo;
use crate::contract::Contract;
use crate::owners;
use crate::unit::only;
use crate::unit::{Order, Unit};

/// One for all transports, where any carries calls and the envelope has words.
pub(super) fn unit(contract: &Contract, calling: &[Transport]) -> Option<Unit> {
    if calling.is_empty() || contract.file().envelope.texts.is_empty() {
        return None;
    }
    let info = CheckInfo {
        id: owners::texts(contract),
        dialect: contract.name().to_owned(),
        transport: None,
        level: Level::Should,
        effect: Effect::Read,
        requirement: None,
        sentence: Text::both(
            "The message of an answer holds no exception, stack trace or path of the machine.",
            "响应的说明中没有程序异常、调用栈或机器上的路径。",
        ),
        source: None,
        sends: words((
            "a call that fails; all answers of the run are looked at",
            "一次失败的调用；检查本次运行的全部响应",
        )),
        expects: words(("words for who called", "给调用者看的说明")),
    };
    Some(Unit::new(
        vec![info],
        Order::new(Effect::Read, &[]),
        Arc::new(|cx| Box::pin(async { only(requirements::failed(cx).await.map(drop)) })),
    ))
}
