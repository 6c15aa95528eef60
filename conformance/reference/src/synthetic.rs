//! What clients ask for and no world holds: credentials, pictures of people, names to find them by. The same account always
//! has the same ones.

use crate::world::{GroupId, Person, UserId, World};

/// Where a picture of somebody is.
pub(crate) fn avatar(world: &World, user: UserId) -> String {
    format!("{}/avatar/{user}.png", world.file_base())
}

/// Where a sticker out of the shop is.
pub(crate) fn sticker(world: &World, id: &str) -> String {
    format!("{}/stickers/{id}.gif", world.file_base())
}

/// Where the picture of a group is.
pub(crate) fn group_avatar(world: &World, group: GroupId) -> String {
    format!("{}/group/{group}.png", world.file_base())
}

/// When everybody got their number.
pub(crate) const REGISTERED: i64 = 1_200_000_000;

/// The year in which a world that begins counts ages.
const THIS_YEAR: i64 = 2026;

/// Year, month and day on which somebody was born; zeros where nobody knows how old they are.
pub(crate) fn birthday(person: &Person) -> [i64; 3] {
    match i64::from(person.age) {
        0 => [0, 0, 0],
        age => [THIS_YEAR - age, person.id % 12 + 1, person.id % 28 + 1],
    }
}

/// The name that somebody can be found by.
pub(crate) fn qid(person: &Person) -> String {
    format!("q{}", person.id)
}

/// What stands in the cookies of an account before its key.
const KEY: &str = "skey=";

/// The cookies of an account.
pub(crate) fn cookies(account: UserId) -> String {
    format!("uin=o{account}; {KEY}@made-up")
}

/// The token that goes with the cookies: worked out from the key in them, as clients do it.
pub(crate) fn csrf_token(account: UserId) -> i64 {
    let cookies = cookies(account);
    let key = cookies.split(KEY).nth(1).unwrap_or_default();
    key.bytes().fold(5_381, |hash: i64, byte| (hash + (hash << 5) + i64::from(byte)) & 0x7FFF_FFFF)
}
