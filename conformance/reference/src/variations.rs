//! Variations: what a right implementation may do otherwise than the stand-in does by itself. No contract and no requirement
//! forbids any of them, so that no check may find one; a bot that breaks on one takes a habit for a rule.
//!
//! Like faults they change what leaves the handlers, which know nothing of them; unlike faults they follow from what the
//! contracts leave open: an optional key, a type among several, a list without an order.

use botspec_schema::suggestion;

use crate::world::{MessageIds, World};

macro_rules! variations {
    ($($(#[doc = $sentence:literal])+ $name:ident = $id:literal,)*) => {
        /// One thing that is done otherwise.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Variation {
            $($(#[doc = $sentence])+ $name,)*
        }

        impl Variation {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What it is switched on by.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }

            /// What is done otherwise, in one sentence.
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($sentence),+).trim_ascii(),)*
                }
            }
        }
    };
}

variations! {
    /// the keys of every object stand in reverse order
    KeyOrder = "key-order",
    /// white space stands between the tokens of JSON
    WhiteSpace = "white-space",
    /// characters beyond ASCII, and slashes, are escaped in JSON, fractions have an exponent
    Escapes = "escapes",
    /// every object has a key more than its contract names, where the contract leaves that open
    ExtraKeys = "extra-keys",
    /// keys that may be left out are left out, ids of messages aside
    OptionalAbsent = "optional-absent",
    /// keys that may be left out are there, with null where they may be null
    OptionalNull = "optional-null",
    /// texts and lists that may be left out are there, and empty
    OptionalEmpty = "optional-empty",
    /// lists of people, groups and files have another order in every answer
    ListOrder = "list-order",
    /// a value that may have one of several types has another of them
    OtherTypes = "other-types",
    /// a failure is described in other words
    Wording = "wording",
    /// every failure is described in the same words
    WordingSame = "wording-same",
    /// where the retcode of a failure is open, every failure has the same negative one
    RetcodeNegative = "retcode-negative",
    /// where the retcode of a failure is open, it is large
    RetcodeLarge = "retcode-large",
    /// answers take 200 to 500 ms
    SlowAnswers = "slow-answers",
    /// answers take 0 to 40 ms, so that calls that are under way at once are answered in another order
    AnswersUnordered = "answers-unordered",
    /// an event comes up to 2 s late
    LateEvents = "late-events",
    /// an event comes behind the answer to the call that caused it
    EventsBehindAnswers = "events-behind-answers",
    /// events of different conversations come in another order
    EventsReordered = "events-reordered",
    /// WebSocket messages come in several fragments, with a ping between them
    Fragments = "fragments",
    /// HTTP bodies come in chunks of a few bytes
    Chunks = "chunks",
    /// HTTP headers have capitals, content types a charset, and there are headers more
    Headers = "headers",
    /// an HTTP connection ends after each answer
    ConnectionClose = "connection-close",
    /// a refusal over HTTP that has no envelope is a page
    ErrorPages = "error-pages",
    /// event streams have comments, ids, a retry time and CRLF
    SseSpelling = "sse-spelling",
    /// the clock is a minute ahead
    ClockAhead = "clock-ahead",
    /// the clock is a minute behind
    ClockBehind = "clock-behind",
    /// ids of messages are positive and count up
    PositiveIds = "positive-ids",
    /// ids of messages are negative
    NegativeIds = "negative-ids",
    /// both accounts know a message by the same id
    SharedIds = "shared-ids",
}

/// An id that names no variation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no variation `{id}`{}; there is {}", suggestion(id, Variation::ALL.iter().map(|it| it.id())), names())]
pub struct UnknownVariation {
    /// What was asked for.
    pub id: String,
}

fn names() -> String {
    Variation::ALL.iter().map(|it| it.id()).collect::<Vec<_>>().join(", ")
}

/// A variation by its id.
pub fn find(id: &str) -> Result<Variation, UnknownVariation> {
    let found = Variation::ALL.iter().find(|it| it.id() == id);
    found.copied().ok_or_else(|| UnknownVariation { id: id.to_owned() })
}

/// How far a clock is off that is a little off, in seconds.
const CLOCK_OFF: i64 = 60;

/// How many seconds the clock is ahead.
pub fn seconds_ahead(on: &[Variation]) -> i64 {
    let off = |variation: Variation, by: i64| if on.contains(&variation) { by } else { 0 };
    off(Variation::ClockAhead, CLOCK_OFF) - off(Variation::ClockBehind, CLOCK_OFF)
}

/// A world with what variations change in it, its clock aside.
#[must_use]
pub fn vary_world(on: &[Variation], world: World) -> World {
    let world = match () {
        () if on.contains(&Variation::PositiveIds) => world.with_message_ids(MessageIds::Positive),
        () if on.contains(&Variation::NegativeIds) => world.with_message_ids(MessageIds::Negative),
        () => world,
    };
    if on.contains(&Variation::SharedIds) { world.with_shared_message_ids() } else { world }
}
