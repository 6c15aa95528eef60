//! An object of which the first keys were read ahead, to find out what it is.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, MapAccess};
use serde_json::value::RawValue;

use crate::decode::Level;
use crate::raw::Raw;
use crate::record::Key;
use crate::union::inner;

/// The keys that were read ahead, and the rest of the object behind them.
pub(crate) struct Replay<'de, A> {
    head: std::vec::IntoIter<(Key<'de>, &'de RawValue)>,
    value: Option<&'de RawValue>,
    rest: A,
}

/// Keys and values that are cut out.
pub(crate) type Head<'de> = Vec<(Key<'de>, &'de RawValue)>;

/// Reads ahead until a key has its value; the value where it is a string, and nothing where it is not or never comes.
pub(crate) fn until<'de, A: MapAccess<'de>>(
    map: &mut A,
    key: &str,
) -> Result<(Head<'de>, Option<Cow<'de, str>>), A::Error> {
    let mut head = Head::with_capacity(4);
    while let Some(name) = map.next_key::<Key<'de>>()? {
        let value = map.next_value::<&'de RawValue>()?;
        let found = (name.0 == key).then(|| text(value));
        head.push((name, value));
        if let Some(found) = found {
            return Ok((head, found));
        }
    }
    Ok((head, None))
}

/// What a string says; nothing for any other value.
pub(crate) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') { serde_json::from_str(raw.get()).ok().map(Cow::Owned) } else { Some(inside.into()) }
}

/// The whole object, from its keys.
pub(crate) fn join<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Raw> {
    let mut text = String::from("{");
    for (key, value) in pairs {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(key).ok()?);
        text.push(':');
        text.push_str(value);
    }
    text.push('}');
    RawValue::from_string(text).ok().map(Raw)
}

impl<'de, A: MapAccess<'de>> Replay<'de, A> {
    pub(crate) fn new(head: Head<'de>, rest: A) -> Self {
        Self { head: head.into_iter(), value: None, rest }
    }

    /// What is left, as a text.
    pub(crate) fn into_raw(mut self) -> Result<Raw, A::Error> {
        let mut all: Vec<_> = self.head.collect();
        while let Some(name) = self.rest.next_key::<Key<'de>>()? {
            all.push((name, self.rest.next_value::<&'de RawValue>()?));
        }
        let pairs = all.iter().map(|(key, value)| (&*key.0, value.get()));
        join(pairs).ok_or_else(|| A::Error::custom("not JSON"))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Replay<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some((key, value)) = self.head.next() else { return self.rest.next_key_seed(seed) };
        self.value = Some(value);
        match key.0 {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some),
            Cow::Owned(key) => seed.deserialize(StringDeserializer::new(key)).map(Some),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let Some(value) = self.value.take() else { return self.rest.next_value_seed(seed) };
        let _level = Level::enter().map_err(inner)?;
        seed.deserialize(&mut serde_json::Deserializer::from_str(value.get())).map_err(inner)
    }
}
