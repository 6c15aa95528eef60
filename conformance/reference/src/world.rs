//! A small QQ in memory: people, groups, messages, files and requests, and the rules between them.
//!
//! Nothing here does I/O or knows a protocol. Whoever changes the world takes the [`Change`]s afterwards and turns them
//! into the events of a dialect.

mod album;
mod belongings;
mod board;
mod change;
mod clock;
mod conversation;
mod cover;
mod effect;
mod folders;
mod friend;
mod furniture;
mod gesture;
mod group;
mod ids;
mod login;
mod media;
mod membership;
mod message;
mod moderation;
mod person;
mod pin;
mod population;
mod reaction;
mod recent;
mod record;
mod refusal;
mod request;
mod settings;
mod talk;
mod transfer;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use album::{Album, Picture};
pub use belongings::{Collected, Post, Sticker};
pub use board::{Announcement, Essence, Todo};
pub use change::{Change, Told};
pub use clock::Clock;
pub use conversation::Conversation;
pub use cover::Cover;
pub use folders::{Folder, MOST_BYTES, MOST_FILES, ROOT, Stored};
pub use friend::{Friend, Like};
pub use group::{Group, Honor, Honored, Mask, Member, Role};
pub use ids::{GroupId, MessageId, UserId};
pub use media::{Media, MediaKind};
pub use membership::Entry;
pub use message::{Message, Node, Piece, Scene, Sender, SenderMember};
pub use person::{Person, Presence, Sex};
pub use reaction::Reaction;
pub use record::{Answer, Record, Recorded};
pub use refusal::Refusal;
pub use request::{Doubt, Request, request_number};
pub use transfer::{Offer, Offered, Parcel, Stage, Upload};

pub(crate) use media::base64_size;
pub(crate) use transfer::last_part;

use ids::Mint;
use recent::Recent;

/// How many messages, files and merged forwards are remembered of each.
const MOST: usize = 10_000;
/// How many bytes all texts of each together have at most.
const HEAVIEST: usize = 64 * 1024 * 1024;

/// Everything there is.
#[derive(Debug, Clone)]
pub struct World {
    clock: Clock,
    mint: Mint,
    accounts: BTreeSet<UserId>,
    logged_off: BTreeSet<UserId>,
    people: BTreeMap<UserId, Person>,
    groups: BTreeMap<GroupId, Group>,
    ended: BTreeMap<GroupId, Group>,
    messages: Recent<MessageId, Message>,
    seq: i32,
    numbers: BTreeMap<Conversation, i64>,
    files: Recent<String, Media>,
    forwards: Recent<String, Vec<Node>>,
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
    changes: Vec<Told>,
}

impl World {
    /// The default world. The same seed makes the same world, and the same steps then lead to the same answers.
    pub fn new(seed: u64) -> Self {
        let mut world = Self {
            clock: Clock::default(),
            mint: Mint::new(seed),
            accounts: BTreeSet::new(),
            logged_off: BTreeSet::new(),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            ended: BTreeMap::new(),
            messages: Recent::new(MOST, HEAVIEST),
            seq: 0,
            numbers: BTreeMap::new(),
            files: Recent::new(MOST, HEAVIEST),
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
    pub fn take_changes(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.changes)
    }

    fn tell(&mut self, change: Change) {
        self.clock.advance();
        self.changes.push(Told { time: self.now(), change });
    }
}
