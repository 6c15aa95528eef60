//! Faults written from bugs that people met with real implementations.

use botspec_bindings::Action;
use botspec_bindings::onebot11::actions::{
    GetForwardMsg, GetGroupMemberInfo, GetGroupMemberList, GetMsg, GetStatus, SendGroupMsg, SendMsg, SendPrivateMsg,
};
use botspec_schema::Dialect;
use botspec_schema::model::Event;
use serde_json::{Value, json};

use super::edit::{Alter, Edit, Place};
use super::{Fault, Kind, Switch, switch};

/// A bug, as it stands in the list of compatibility bugs.
struct Bug {
    id: &'static str,
    sentence: &'static str,
    source: &'static str,
    kind: fn() -> Kind,
}

/// The bugs that make sense in a dialect: what they change is there.
pub(super) fn all(dialect: &Dialect) -> impl Iterator<Item = Fault> {
    BUGS.iter()
        .map(|bug| Fault {
            id: format!("bug/{}", bug.id),
            sentence: bug.sentence.to_owned(),
            source: Some(bug.source),
            kind: (bug.kind)(),
        })
        .filter(|fault| concerns(dialect, &fault.kind))
}

fn concerns(dialect: &Dialect, kind: &Kind) -> bool {
    match kind {
        Kind::Edits(edits) => {
            edits.iter().all(|edit| match &edit.place {
                Place::Result(action) => dialect.actions.contains_key(action),
                Place::Event(event) => dialect.events.contains_key(event),
                Place::AnyEvent => true,
            }) && edits.iter().any(|edit| tells(dialect, edit))
        }
        Kind::ActionMissing(action) => dialect.actions.contains_key(action),
        Kind::Undelivered(event) => dialect.events.contains_key(event),
        Kind::Switch(switch) => switch::concerns(dialect, *switch),
        Kind::Envelope(_) | Kind::Echo(_) | Kind::Slip(..) | Kind::ParamIgnored(..) | Kind::Target(_) => true,
    }
}

/// Whether the field that an edit changes is reported where it looks for it, as the examples show.
fn tells(dialect: &Dialect, edit: &Edit) -> bool {
    let field = edit.path.first().map_or("", String::as_str);
    let has = |rendered: &Value| match rendered {
        Value::Array(items) => items.iter().any(|item| item.get(field).is_some()),
        rendered => rendered.get(field).is_some(),
    };
    let event_has = |event: &Event| event.examples.iter().any(has);
    match &edit.place {
        Place::Result(action) => {
            let examples = dialect.actions.get(action).map_or(&[][..], |action| &action.examples);
            examples.iter().any(|example| has(&example.result))
        }
        Place::Event(event) => dialect.events.get(event).is_some_and(|event| event_has(event)),
        Place::AnyEvent => dialect.events.values().any(|event| event_has(event)),
    }
}

fn result<A: Action>(field: &str, change: Alter) -> Edit {
    Edit { place: Place::Result(A::NAME.to_owned()), path: path(field), change }
}

fn event(name: &str, field: &str, change: Alter) -> Edit {
    Edit { place: Place::Event(name.to_owned()), path: path(field), change }
}

fn any_event(field: &str, change: Alter) -> Edit {
    Edit { place: Place::AnyEvent, path: path(field), change }
}

fn path(field: &str) -> Vec<String> {
    field.split('/').map(str::to_owned).collect()
}

/// Beyond what 32 bits hold.
const BEYOND: i64 = 1 << 33;

const BUGS: &[Bug] = &[
    Bug {
        id: "napcat-213-message-id-beyond-int32",
        sentence: "message_id and real_id do not fit into 32 bits",
        source: "NapNeko/NapCatQQ #213",
        kind: || {
            Kind::Edits(vec![
                result::<SendPrivateMsg>("message_id", Alter::Add(BEYOND)),
                result::<SendGroupMsg>("message_id", Alter::Add(BEYOND)),
                result::<SendMsg>("message_id", Alter::Add(BEYOND)),
                result::<GetMsg>("message_id", Alter::Add(BEYOND)),
                result::<GetMsg>("real_id", Alter::Add(BEYOND)),
                any_event("message_id", Alter::Add(BEYOND)),
            ])
        },
    },
    Bug {
        id: "onebots-27-string-ids",
        sentence: "user_id, group_id, message_id and font of events are strings",
        source: "lc-cn/onebots #27, #28",
        kind: || {
            let fields = ["user_id", "group_id", "message_id", "font"];
            Kind::Edits(fields.map(|field| any_event(field, Alter::Retype)).into())
        },
    },
    Bug {
        id: "onebots-41-string-message-id",
        sentence: "actions that send answer a string as message_id",
        source: "lc-cn/onebots #41, #168",
        kind: || {
            Kind::Edits(vec![
                result::<SendPrivateMsg>("message_id", Alter::Retype),
                result::<SendGroupMsg>("message_id", Alter::Retype),
                result::<SendMsg>("message_id", Alter::Retype),
            ])
        },
    },
    Bug {
        id: "onebots-168-string-font",
        sentence: "font of a message event is a string",
        source: "lc-cn/onebots #41, #168",
        kind: || Kind::Edits(vec![any_event("font", Alter::Retype)]),
    },
    Bug {
        id: "napcat-50-level-number",
        sentence: "level of a member is a number",
        source: "NapNeko/NapCatQQ #50",
        kind: || {
            Kind::Edits(vec![
                result::<GetGroupMemberInfo>("level", Alter::Retype),
                result::<GetGroupMemberList>("level", Alter::Retype),
                event("message.group", "sender/level", Alter::Retype),
            ])
        },
    },
    Bug {
        id: "napcat-187-get-msg-lacks-message-id",
        sentence: "get_msg lacks message_id and real_id",
        source: "NapNeko/NapCatQQ #187",
        kind: || {
            Kind::Edits(vec![result::<GetMsg>("message_id", Alter::Remove), result::<GetMsg>("real_id", Alter::Remove)])
        },
    },
    Bug {
        id: "napcat-337-member-user-id-zero",
        sentence: "get_group_member_info answers user_id 0",
        source: "NapNeko/NapCatQQ #337",
        kind: || Kind::Edits(vec![result::<GetGroupMemberInfo>("user_id", Alter::Set(0.into()))]),
    },
    Bug {
        id: "napcat-506-stale-card",
        sentence: "get_group_member_info answers a stale card, even with no_cache",
        source: "NapNeko/NapCatQQ #506",
        kind: || Kind::Edits(vec![result::<GetGroupMemberInfo>("card", Alter::Set("stale".into()))]),
    },
    Bug {
        id: "napcat-543-target-id-vanished",
        sentence: "target_id vanished from poke and lucky king events",
        source: "NapNeko/NapCatQQ #543",
        kind: || {
            Kind::Edits(vec![
                event("notice.notify.poke", "target_id", Alter::Remove),
                event("notice.notify.lucky_king", "target_id", Alter::Remove),
            ])
        },
    },
    Bug {
        id: "napcat-415-forward-as-events",
        sentence: "get_forward_msg answers message events in place of nodes",
        source: "NapNeko/NapCatQQ #415, #851",
        kind: || Kind::Edits(vec![result::<GetForwardMsg>("message", Alter::Set(forward_events()))]),
    },
    Bug {
        id: "napcat-294-raw-message-not-escaped",
        sentence: "values in raw_message and other strings are not escaped",
        source: "NapNeko/NapCatQQ #294, #353, #996",
        kind: || Kind::Switch(Switch::CqNotEscaped),
    },
    Bug {
        id: "napcat-341-object-in-raw-message",
        sentence: "raw_message holds [object Object]",
        source: "NapNeko/NapCatQQ #341",
        kind: || Kind::Edits(vec![any_event("raw_message", Alter::Append("[CQ:face,id=1,raw=[object Object]]"))]),
    },
    Bug {
        id: "napcat-234-notify-without-standard-fields",
        sentence: "a poke comes without time, self_id and post_type",
        source: "NapNeko/NapCatQQ #234",
        kind: || {
            let fields = ["time", "self_id", "post_type"];
            Kind::Edits(fields.map(|field| event("notice.notify.poke", field, Alter::Remove)).into())
        },
    },
    Bug {
        id: "napcat-1212-notify-without-sub-type",
        sentence: "events of notify come without sub_type, the third key that identifies them",
        source: "NapNeko/NapCatQQ #1212",
        kind: || {
            let events = ["notice.notify.poke", "notice.notify.lucky_king", "notice.notify.honor"];
            Kind::Edits(events.map(|name| event(name, "sub_type", Alter::Remove)).into())
        },
    },
    Bug {
        id: "napcat-374-no-lifecycle",
        sentence: "a connection gets no lifecycle event",
        source: "NapNeko/NapCatQQ #633, #374, #1766",
        kind: || Kind::Switch(Switch::NoLifecycle),
    },
    Bug {
        id: "napcat-633-no-heartbeat",
        sentence: "a WebSocket server sends no heartbeat",
        source: "NapNeko/NapCatQQ #633, #374, #1766",
        kind: || Kind::Switch(Switch::NoHeartbeat),
    },
    Bug {
        id: "llonebot-44-action-missing",
        sentence: "get_status, which clients call at their start, is missing",
        source: "TimeRainStarSky/TRSS_Yunzai #9; LLOneBot/LuckyLilliaBot #44",
        kind: || Kind::ActionMissing(GetStatus::NAME.to_owned()),
    },
    Bug {
        id: "lagrange-812-lifecycle-as-notice",
        sentence: "the lifecycle event is sent as a notice",
        source: "LagrangeDev/Lagrange.Core #812",
        kind: || Kind::Edits(vec![event("meta_event.lifecycle", "post_type", Alter::Set("notice".into()))]),
    },
    Bug {
        id: "koishi-12-no-sender",
        sentence: "message events have no sender",
        source: "koishijs/koishi-plugin-adapter-onebot #16, #12",
        kind: || {
            Kind::Edits(vec![
                event("message.private", "sender", Alter::Remove),
                event("message.group", "sender", Alter::Remove),
            ])
        },
    },
    Bug {
        id: "lagrange-v2-62-event-never-sent",
        sentence: "group_recall, which the protocol defines, is never sent",
        source: "LagrangeDev/LagrangeV2 #62",
        kind: || Kind::Undelivered("notice.group_recall".to_owned()),
    },
    Bug {
        id: "llonebot-121-segment-values-numbers",
        sentence: "values of segments are numbers where the standard has strings",
        source: "LLOneBot/LuckyLilliaBot #121",
        kind: || Kind::Switch(Switch::SegmentValuesNumbers),
    },
];

fn forward_events() -> Value {
    json!([{
        "post_type": "message", "message_type": "private", "user_id": 20_002, "message_id": 1,
        "message": [{ "type": "text", "data": { "text": "Who brings the cake?" } }],
    }])
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;

    use super::*;

    #[test]
    fn every_bug_names_what_the_standard_has() {
        let standard = Catalog::builtin().dialect("onebot11").expect("the standard");
        assert_eq!(all(standard).count(), BUGS.len());
    }
}
