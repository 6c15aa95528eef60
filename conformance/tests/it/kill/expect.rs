//! What is said of faults: which checks catch them, and which may find something too.

use botspec_conformance::matches;
use botspec_reference::faults::Fault;
use botspec_schema::Catalog;

use super::{bugs, calls, gocqhttp, llonebot, messages, milky, napcat, wires};

/// A fault that is written by hand, the checks each of which has to find it, and those that may. Ids of checks stand
/// without their dialect.
pub(super) type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

/// A fault that a dialect cannot show, and why.
pub(super) type Unseen = (&'static str, &'static str);

/// What a dialect says of its own.
pub(super) struct Own {
    /// Rows that stand in place of those that all dialects have.
    pub(super) rows: &'static [Row],
    /// Faults that make no difference there.
    pub(super) unseen: &'static [Unseen],
}

impl Own {
    /// Whether it is said why a fault is not looked at.
    pub(super) fn cannot_show(&self, fault: &str) -> bool {
        self.unseen.iter().chain(NEVER_SEEN).any(|(id, _)| *id == fault)
    }
}

/// Faults that no run can show, in whatever dialect.
pub(super) const NEVER_SEEN: &[Unseen] = &[
    (
        "lifecycle-missing/webhook",
        "posts tell only that the implementation is turned on or off, and a run does neither",
    ),
    (
        "result-missing/get_group_notifications/notifications/operator_id",
        "the notifications that the stand-in tells are of kinds that may go without",
    ),
    ("event-count/message_receive/data/group/member_count", PUT_BACK),
    ("result-count/get_history_messages/messages/group/member_count", PUT_BACK),
    ("result-count/get_message/message/group/member_count", PUT_BACK),
    ("result-count/get_peer_pins/groups/member_count", PUT_BACK),
];

/// A count beside a message is compared with the list of members that was asked for before it.
const PUT_BACK: &str = "the world is put back between the list of members and the message";

/// Faults that show only where no token is set.
pub(super) const WITHOUT_TOKEN: &[&str] =
    &["reverse-ws/token-invented", "webhook/signature-invented", "webhook/token-invented"];

/// A dialect whose matrix is looked at. The first is looked at whole; what the others only inherit is proved there.
pub(super) const DIALECTS: &[(&str, Own)] = &[
    ("onebot11", Own { rows: &[], unseen: &[] }),
    ("gocqhttp", Own { rows: gocqhttp::ROWS, unseen: gocqhttp::UNSEEN }),
    ("napcat", Own { rows: napcat::ROWS, unseen: napcat::UNSEEN }),
    ("milky", Own { rows: milky::ROWS, unseen: milky::UNSEEN }),
    ("llonebot", Own { rows: llonebot::ROWS, unseen: llonebot::UNSEEN }),
];

/// The rows that all dialects have.
pub(super) fn common() -> impl Iterator<Item = &'static Row> {
    [calls::ROWS, wires::ROWS, messages::ROWS, bugs::ROWS].into_iter().flatten()
}

/// Checks that run beside every fault that is written by hand: one or two of each subject.
const BESIDE: &[&str] = &[
    "transport/http/post-json",
    "transport/http/success-status",
    "transport/ws/universal",
    "echo/true",
    "auth/*/query",
    "message/form-array",
    "delivery/common-fields",
];

/// What a fault is to be caught by, with whole ids.
#[derive(Default)]
pub(super) struct Expected {
    /// Each of these patterns has to mean a check that finds it.
    pub(super) caught: Vec<String>,
    /// Of these, one has to find it.
    pub(super) any_of: Vec<String>,
    /// Checks that may find it too, because they use what is broken.
    pub(super) also: Vec<String>,
    /// Checks that run beside and have to stay green.
    pub(super) beside: Vec<String>,
}

impl Expected {
    /// Whether no check has to find it.
    pub(super) fn is_nothing(&self) -> bool {
        self.caught.is_empty() && self.any_of.is_empty()
    }
}

/// What a fault follows from: the family, and the contract where it follows from one.
pub(super) fn origin(fault: &Fault) -> (&str, Option<&str>) {
    let (family, rest) = fault.id.split_once('/').unwrap_or((&fault.id, ""));
    let follows = ["result-", "event-"].iter().any(|kind| family.starts_with(kind)) && family != "event-twice";
    (family, follows.then(|| rest.split('/').next().unwrap_or_default()))
}

/// What is expected of a fault in a dialect that has these checks; nothing where none of them is about what is broken.
pub(super) fn expected(dialect: &str, own: &Own, checks: &[String], fault: &Fault) -> Expected {
    let (family, subject) = origin(fault);
    if let Some(subject) = subject {
        return derived(dialect, family, subject);
    }
    let is_it = |row: &&Row| row.0 == fault.id;
    let own_row = own.rows.iter().find(is_it);
    let (_, caught, also) = own_row
        .or_else(|| common().find(is_it))
        .unwrap_or_else(|| panic!("nothing is said of what catches `{}`; add it to the tables", fault.id));
    let whole = |list: &[&str]| list.iter().map(|pattern| format!("{dialect}/{pattern}")).collect::<Vec<_>>();
    let mut caught = whole(caught);
    // What all dialects have in common is told with the checks of the standard, and not every dialect has them all.
    if own_row.is_none() && dialect != DIALECTS[0].0 {
        caught.retain(|pattern| checks.iter().any(|check| matches(pattern, check)));
    }
    Expected { caught, also: whole(also), beside: whole(BESIDE), any_of: Vec::new() }
}

/// Faults that follow from a contract are caught by the checks that follow from the same contract.
fn derived(dialect: &str, family: &str, subject: &str) -> Expected {
    let of = |kind: &str, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("{dialect}/{kind}/{subject}/{name}")).collect()
    };
    match family {
        "result-missing" | "result-type" | "result-enum" => Expected {
            // Some fields are told for some values of a parameter alone.
            any_of: of("action", &["result", "examples", "boundary"]),
            beside: of("action", &["minimal", "envelope"]),
            ..Expected::default()
        },
        "result-repeated" => Expected { caught: of("action", &["result"]), ..Expected::default() },
        // It shows where the list and what is known of it are asked for both, in one or the other.
        "result-count" | "result-empty" => {
            let roles = &Catalog::builtin().dialect(dialect).expect("the dialect").file.roles;
            let members = roles.members.iter().map(|list| format!("{dialect}/action/{list}/result"));
            let member = roles.member.iter().map(|single| format!("{dialect}/action/{single}/minimal"));
            Expected {
                any_of: of("action", &["result"]).into_iter().chain(members).collect(),
                // What is asked after the others has them to be compared with.
                beside: member.chain(of("action", &["examples", "random", "same-answer"])).collect(),
                ..Expected::default()
            }
        }
        "event-about" => {
            Expected { caught: of("event", &["delivered"]), also: of("event", &["*"]), ..Expected::default() }
        }
        "event-other" => {
            Expected { caught: of("event", &["readable"]), also: of("event", &["*"]), ..Expected::default() }
        }
        "event-missing" | "event-type" | "event-enum" => {
            Expected { caught: of("event", &["shape"]), beside: of("event", &["delivered"]), ..Expected::default() }
        }
        _ => Expected { caught: of("event", &["delivered"]), ..Expected::default() },
    }
}
