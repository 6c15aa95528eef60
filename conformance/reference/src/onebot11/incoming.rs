//! Messages that a client sends, as the world understands them.

use serde_json::Value;

use super::people::number;
use super::pieces::{self, Part};
use super::reading;
use crate::answer::Failure;
use crate::protocol::Context;
use crate::world::{Node, Piece};

/// A message that is ready to be said.
pub(crate) struct Incoming {
    pub(crate) pieces: Vec<Piece>,
    /// Whether it is said without a name; `Some(true)`: with the name if there is no other way.
    pub(crate) masked: Option<bool>,
}

/// How deep merged forwards can be put into each other.
const MOST_LAYERS: usize = 8;

/// Reads a message, which is a string, a segment or a list of segments. Files are taken over and forwards are merged on
/// the way.
pub(crate) fn read(context: &mut Context<'_>, message: Value, plain: bool) -> Result<Incoming, Failure> {
    read_layer(context, message, plain, MOST_LAYERS)
}

fn read_layer(context: &mut Context<'_>, message: Value, plain: bool, layers: usize) -> Result<Incoming, Failure> {
    let Some(layers) = layers.checked_sub(1) else {
        return Err(Failure::action("too many merged forwards inside each other"));
    };
    let segments = reading::segments(context, message, plain)?;
    reading::alone(context, &segments)?;
    let mut incoming = Incoming { pieces: Vec::new(), masked: None };
    let mut nodes = Vec::new();
    for segment in &segments {
        match pieces::read(context, segment)? {
            Part::Mask { or_name } => incoming.masked = Some(or_name),
            Part::Quote(id) => nodes.push(quoted(context, id)?),
            Part::Node { user, name, content } => {
                let user = user.unwrap_or(context.served.account);
                let inner = read_layer(context, content, false, layers)?;
                nodes.push(Node { user, name, pieces: inner.pieces });
            }
            Part::Piece(piece) => incoming.pieces.push(piece),
        }
    }
    if !nodes.is_empty() {
        incoming.pieces.push(Piece::Forward(context.world.merge(nodes)?));
    }
    Ok(incoming)
}

/// A message as it was said, as part of a forward.
fn quoted(context: &Context<'_>, id: Option<i64>) -> Result<Node, Failure> {
    let message = context.world.message(context.served.account, number(id, "message")?)?;
    let (user, name) = (message.sender.user, message.sender.nickname.clone());
    Ok(Node { user, name, pieces: message.pieces.clone() })
}
