//! The CQ codes of the bindings mean what they mean to everybody who reads them with the contracts at hand.

use botspec_bindings::onebot11::cq;
use botspec_bindings::onebot11::{ReceiveSegment, SendSegment};
use botspec_schema::cq as contract;
use proptest::prelude::*;
use serde_json::Value;

use crate::dialects::dialect;

/// Message strings in which no key comes twice and no code stands in another.
fn message() -> impl Strategy<Value = String> {
    let value = "[a-z0-9 &;#=]{0,6}|&#91;|&#44;&amp;";
    let code = ("at|face|xyz|shake|share|text", prop::collection::btree_map("qq|id|url|zz", value, 0..3)).prop_map(
        |(kind, params)| {
            let parts: Vec<String> = params.iter().map(|(key, value)| format!(",{key}={value}")).collect();
            format!("[CQ:{kind}{}]", parts.concat())
        },
    );
    prop::collection::vec(prop_oneof![code, "[a-z&#9134;, ]{0,6}|\\[|\\]|\\[CQ:|&#91;"], 0..6)
        .prop_map(|parts| parts.concat())
        .prop_filter("a code in a code", |message| {
            message.match_indices("[CQ:").all(|(at, _)| {
                let rest = &message[at + 4..];
                rest.find(']').is_none_or(|end| !rest[..end].contains("[CQ:"))
            })
        })
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn strings_are_read_the_same_way(message in message()) {
        let code = dialect("onebot11").file.cq_code.as_ref().expect("it has codes");
        let expected = contract::parse(code, &message);
        let ours: Vec<ReceiveSegment> = cq::parse(&message);
        let ours: Vec<Value> = ours.iter().map(|segment| serde_json::to_value(segment).expect("JSON")).collect();
        prop_assert_eq!(&ours, &expected);

        let segments: Vec<SendSegment> = cq::parse(&message);
        let written = cq::write(&segments).expect("it came from a string");
        prop_assert_eq!(contract::parse(code, &written), expected);
    }
}
