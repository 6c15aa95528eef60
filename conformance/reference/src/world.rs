//! A small QQ in memory: people, groups, messages, files and requests, and the rules between them.
//!
//! Nothing here does I/O or knows a protocol. Whoever changes the world takes the [`Change`]s afterwards and turns them
//! into the events of a dialect.

mod album;
mod board;
mod change;
mod clock;
mod content;
mod conversation;
mod cover;
mod effect;
mod folders;
mod friend;
mod group;
mod ids;
mod layout;
mod login;
mod media;
mod membership;
mod message;
mod message_number;
mod moderation;
mod person;
mod pin;
mod poke;
mod population;
mod possessions;
mod reaction;
mod recent;
mod record;
mod refusal;
mod request;
mod seed;
mod sending;
mod settings;
mod transfer;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

pub use album::{Album, Picture};
pub use board::{Announcement, Essence, Todo};
pub use change::{Change, TimedChange};
pub use clock::Clock;
pub use conversation::Conversation;
pub use cover::Cover;
pub use folders::{Folder, MOST_BYTES, MOST_FILES, ROOT, Stored};
pub use friend::{Friend, Like};
pub use group::{Group, Honor, Honored, Mask, Member, Role};
pub use ids::{GroupId, MessageId, MessageIds, UserId};
pub use layout::{GroupLayout, Layout, PersonLayout, UnknownPerson, WorldKind};
pub use media::{Media, MediaKind};
pub use membership::Entry;
pub use message::{Message, MessageElement, Node, Scene, Sender, SenderMember};
pub use person::{Person, Presence, Sex};
pub use possessions::{Collected, Post, Sticker};
pub use reaction::Reaction;
pub use record::{Answer, Record, Recorded};
pub use refusal::Refusal;
pub use request::{Doubt, Request, request_number};
pub use transfer::{Offer, Offered, Parcel, Stage, Upload};

pub(crate) use content::{PICTURE, decode_base64, encode_base64};
pub(crate) use transfer::last_part;

use ids::IdGenerator;
use recent::Recent;

/// How many messages, files and merged forwards are remembered of each.
const MOST: usize = 10_000;
/// How many bytes all texts of each together have at most.
const HEAVIEST: usize = 64 * 1024 * 1024;

/// Where files would be, as long as nothing serves them.
const NOWHERE: &str = "https://example.com";

/// Everything there is.
#[derive(Debug, Clone)]
pub struct World {
    clock: Clock,
    mint: IdGenerator,
    accounts: BTreeSet<UserId>,
    logged_off: BTreeSet<UserId>,
    /// The accounts that know messages by the numbers of the world.
    with_shared_numbers: BTreeSet<UserId>,
    people: BTreeMap<UserId, Person>,
    groups: BTreeMap<GroupId, Group>,
    ended: BTreeMap<GroupId, Group>,
    messages: Recent<MessageId, Message>,
    seq: i32,
    numbers: BTreeMap<Conversation, i64>,
    files: Recent<String, Media>,
    file_base: Arc<str>,
    fetched: BTreeMap<String, Option<Arc<[u8]>>>,
    /// The nodes of merged forwards, and when each was made.
    forwards: Recent<String, (Vec<Node>, i64)>,
    covers: Recent<String, Cover>,
    requests: BTreeMap<String, Request>,
    records: VecDeque<Record>,
    recorded: i64,
    doubts: BTreeMap<String, Doubt>,
    offers: BTreeMap<String, Offer>,
    parcels: BTreeMap<String, Parcel>,
    uploads: BTreeMap<String, Upload>,
    settings: BTreeMap<UserId, serde_json::Value>,
    began: i64,
    changes: Vec<TimedChange>,
}

impl World {
    /// The default world. The same seed makes the same world, and the same steps then lead to the same answers.
    pub fn new(seed: u64) -> Self {
        let mut world = Self {
            clock: Clock::default(),
            mint: IdGenerator::new(seed),
            accounts: BTreeSet::new(),
            logged_off: BTreeSet::new(),
            with_shared_numbers: BTreeSet::new(),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            ended: BTreeMap::new(),
            messages: Recent::new(MOST, HEAVIEST),
            seq: 0,
            numbers: BTreeMap::new(),
            files: Recent::new(MOST, HEAVIEST),
            file_base: NOWHERE.into(),
            fetched: BTreeMap::new(),
            forwards: Recent::new(MOST, HEAVIEST),
            covers: Recent::new(MOST, HEAVIEST),
            requests: BTreeMap::new(),
            records: VecDeque::new(),
            recorded: record::WRITTEN,
            doubts: BTreeMap::new(),
            offers: BTreeMap::new(),
            parcels: BTreeMap::new(),
            uploads: BTreeMap::new(),
            settings: BTreeMap::new(),
            began: 0,
            changes: Vec::new(),
        };
        world.began = world.now();
        world.populate(seed);
        world.changes.clear();
        world
    }

    /// The same world with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self.began = clock.now();
        self
    }

    /// The same world, in which new messages get ids of a kind.
    #[must_use]
    pub fn with_message_ids(mut self, ids: MessageIds) -> Self {
        self.mint.make_message_ids(ids);
        self
    }

    /// The same world, in which every account knows a message by the same id.
    #[must_use]
    pub fn with_shared_message_ids(mut self) -> Self {
        self.with_shared_numbers.clone_from(&self.accounts);
        self
    }

    /// Seconds since 1970, as the world's clock has it.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// When the world began, in seconds since 1970.
    pub fn began(&self) -> i64 {
        self.began
    }

    /// The accounts that can be served, in the order of their numbers: the bot, then the actor.
    pub fn accounts(&self) -> impl Iterator<Item = UserId> {
        self.accounts.iter().copied()
    }

    /// What happened since the last time this was asked.
    pub fn take_changes(&mut self) -> Vec<TimedChange> {
        std::mem::take(&mut self.changes)
    }

    /// Moves the clock on; the second that it is then.
    pub fn advance(&mut self, by: Duration) -> i64 {
        self.clock.advance(by);
        self.now()
    }

    /// Counts messages on from where another world is, and keeps the time of the machine: what was numbered there is numbered here no more.
    pub(crate) fn count_on_from(&mut self, other: &Self) {
        // A clock that is the same run after run begins anew.
        if matches!(other.clock, Clock::System(_)) {
            self.clock = other.clock;
        }
        self.mint.count_on_from(&other.mint);
        self.seq = self.seq.max(other.seq);
        for (conversation, last) in &other.numbers {
            let own = self.numbers.entry(*conversation).or_default();
            *own = (*own).max(*last);
        }
    }

    fn emit(&mut self, change: Change) {
        self.clock.tick();
        self.changes.push(TimedChange { time: self.now(), change });
    }
}
