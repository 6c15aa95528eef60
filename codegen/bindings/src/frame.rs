//! The frame that calls an action over a WebSocket.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::DecodeError;
use crate::raw::Raw;

/// Writes a frame; `keys` hold the action, the parameters and the echo.
pub(crate) fn write(keys: [&str; 3], action: &str, params: &Raw, echo: &Raw) -> Result<String, DecodeError> {
    struct Frame<'a> {
        keys: [&'a str; 3],
        action: &'a str,
        params: &'a Raw,
        echo: &'a Raw,
    }

    impl Serialize for Frame<'_> {
        fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
            let mut map = out.serialize_map(Some(3))?;
            map.serialize_entry(self.keys[0], self.action)?;
            map.serialize_entry(self.keys[1], self.params)?;
            map.serialize_entry(self.keys[2], self.echo)?;
            map.end()
        }
    }

    Raw::of(&Frame { keys, action, params, echo }).map(|frame| frame.to_string())
}
