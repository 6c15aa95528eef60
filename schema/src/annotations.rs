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

/// The kinds of identifiers that [`ID`] may name.
pub const ID_KINDS: [&str; 10] =
    ["user", "group", "message", "file", "folder", "forward", "request", "anonymous", "notice", "album"];
