//! The words that contracts add to JSON Schema.

/// Which kind of identifier a value is.
pub const ID: &str = "x-id";
/// True for what differs from run to run.
pub const VOLATILE: &str = "x-volatile";
/// True for a credential.
pub const SECRET: &str = "x-secret";
/// True for what belongs to a person.
pub const PERSONAL: &str = "x-personal";
/// Other names of the same parameter.
pub const ALIASES: &str = "x-aliases";
/// Why a value has no type.
pub const UNTYPED: &str = "x-untyped";

/// In a quick operation: the action that does the same, and behind a slash the parameter of it that the value goes to.
pub const ACTION: &str = "x-action";

/// The fixture that a value is which is no identifier, such as the hash that is reported with a file.
pub const FIXTURE: &str = "x-fixture";

/// The version of the dialect that introduced a part of a contract, where that is younger than the whole.
pub const SINCE: &str = "x-since";

/// The list of the dialect whose items a number of a group counts.
pub const COUNTS: &str = "x-counts";

/// The field beside it that has the same value.
pub const SAME_AS: &str = "x-same-as";

/// The lists that can be counted, by their names in `roles`.
pub(crate) const COUNTED_LISTS: [&str; 1] = ["members"];

/// The coercions at a place, in place of those of the dialect; they hold for everything inside as well.
pub const COERCES: &str = "x-coerces";

/// The kinds of identifiers that [`ID`] may name.
pub const ID_KINDS: [&str; 18] = [
    "user",
    "group",
    "peer",
    "message",
    "media",
    "group-file",
    "private-file",
    "group-folder",
    "flash-set",
    "offer",
    "forward",
    "request",
    "anonymous",
    "announcement",
    "album",
    "album-picture",
    "sticker",
    "post",
];

/// What a parameter takes from somewhere else and is no identifier: which medium, and in which forms. In a result: what
/// may be handed to such a parameter.
pub const SOURCE: &str = "x-source";

/// The media that [`SOURCE`] may name.
pub(crate) const SOURCE_MEDIA: [&str; 5] = ["image", "voice", "video", "file", "folder"];

/// The forms that [`SOURCE`] may name: a path on the bot's disk, an address, bytes behind `base64://`, and the same bare.
pub(crate) const SOURCE_FORMS: [&str; 4] = ["path", "http", "base64", "bytes"];
