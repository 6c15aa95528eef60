//! The bindings of every dialect, in a form that the same tests can hold against the contracts.

use std::collections::BTreeMap;

use botspec_bindings::{Action, Effect, Visitor};
use botspec_schema::Dialect;

use crate::dialects;
use crate::roundtrip::{Again, Known, again};

/// The bindings of one dialect.
pub(crate) struct Bindings {
    pub(crate) dialect: &'static Dialect,
    /// Every action that the visitor is shown, and how its parameters and its answer are read.
    pub(crate) actions: BTreeMap<&'static str, (Effect, Again, Again)>,
    /// The constant that lists them.
    pub(crate) listed: &'static [(&'static str, Effect)],
    pub(crate) send: Known,
    pub(crate) receive: Known,
    pub(crate) event: Known,
    pub(crate) envelope: Again,
    /// By event.
    pub(crate) quick_operations: Vec<(&'static str, Again)>,
}

#[derive(Default)]
struct Actions(BTreeMap<&'static str, (Effect, Again, Again)>);

impl Visitor for Actions {
    fn action<A: Action>(&mut self) {
        self.0.insert(A::NAME, (A::EFFECT, again::<A>, again::<A::Response>));
    }
}

macro_rules! bindings {
    ($($dialect:ident { $($event:literal: $operation:ident),* })*) => {$(
        pub(crate) fn $dialect() -> Bindings {
            use botspec_bindings::$dialect::{Envelope, Event, ReceiveSegment, SendSegment, actions};

            use crate::roundtrip::again_known;

            let mut visited = Actions::default();
            actions::visit(&mut visited);
            Bindings {
                dialect: dialects::dialect(stringify!($dialect)),
                actions: visited.0,
                listed: actions::ACTIONS,
                send: |text| {
                    again_known::<SendSegment>(text, |one| match one {
                        SendSegment::Unknown(_) => None,
                        one => Some(one.kind()),
                    })
                },
                receive: |text| {
                    again_known::<ReceiveSegment>(text, |one| match one {
                        ReceiveSegment::Unknown(_) => None,
                        one => Some(one.kind()),
                    })
                },
                event: |text| again_known::<Event>(text, |one| one.name()),
                envelope: again::<Envelope>,
                quick_operations: vec![
                    $(($event, again::<botspec_bindings::$dialect::events::$operation>)),*
                ],
            }
        }
    )*};
}

bindings! {
    onebot11 {
        "message.group": MessageGroupQuickOperation,
        "message.private": MessagePrivateQuickOperation,
        "request.friend": RequestFriendQuickOperation,
        "request.group": RequestGroupQuickOperation
    }
    gocqhttp {
        "message.group": MessageGroupQuickOperation,
        "message.private": MessagePrivateQuickOperation,
        "request.friend": RequestFriendQuickOperation,
        "request.group": RequestGroupQuickOperation
    }
    napcat {
        "message.group": MessageGroupQuickOperation,
        "message.private": MessagePrivateQuickOperation,
        "request.friend": RequestFriendQuickOperation,
        "request.group": RequestGroupQuickOperation
    }
    llonebot {
        "message.group": MessageGroupQuickOperation,
        "message.private": MessagePrivateQuickOperation,
        "request.friend": RequestFriendQuickOperation,
        "request.group": RequestGroupQuickOperation
    }
    milky {}
    shapes {}
}
