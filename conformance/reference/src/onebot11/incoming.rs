//! Messages that a client sends, as the world understands them.

use super::given::Given;
use super::reading;
use super::segments_in::{self, Part};
use crate::answer::Failure;
use crate::params::message;
use crate::protocol::Context;
use crate::world::{MessageElement, Node};

/// A message that is ready to be sent.
pub(crate) struct Incoming {
    pub(crate) elements: Vec<MessageElement>,
    /// Whether it is sent without a name; `Some(true)`: with the name if there is no other way.
    pub(crate) masked: Option<bool>,
}

/// How deep merged forwards can be put into each other.
const MOST_LAYERS: usize = 8;

/// Reads a message, which is a string, a segment or a list of segments. Files are taken over and forwards are merged on
/// the way.
pub(crate) fn read(context: &mut Context<'_>, given: Given) -> Result<Incoming, Failure> {
    read_layer(context, given, MOST_LAYERS)
}

fn read_layer(context: &mut Context<'_>, given: Given, layers: usize) -> Result<Incoming, Failure> {
    let Given { message, plain, cover, by } = given;
    let Some(layers) = layers.checked_sub(1) else {
        return Err(Failure::action("too many merged forwards inside each other"));
    };
    let segments = reading::segments(context, message, plain)?;
    reading::alone(context, &segments)?;
    by.map_or(Ok(()), |action| reading::taken(context, action, &segments))?;
    let mut incoming = Incoming { elements: Vec::new(), masked: None };
    let mut nodes = Vec::new();
    for segment in segments {
        let is_optional = context.served.dialect.leaves_out(&segment);
        let part = match reading::valid(context, segment).and_then(|segment| segments_in::read(context, &segment)) {
            Err(_) if is_optional => continue,
            part => part?,
        };
        match part {
            Part::Mask { or_name } => incoming.masked = Some(or_name),
            Part::Quote(id) => nodes.push(quoted(context, id)?),
            Part::Node { user, name, content } => {
                let user = user.unwrap_or(context.served.account);
                let inner = read_layer(context, content, layers)?;
                nodes.push(Node { user, name, time: None, elements: inner.elements });
            }
            Part::Element(element) => incoming.elements.push(element),
        }
    }
    if !nodes.is_empty() {
        incoming.elements.push(MessageElement::Forward(context.world.merge_under(nodes, cover)?));
    }
    Ok(incoming)
}

/// A message as it was sent, as part of a forward.
fn quoted(context: &Context<'_>, id: Option<i64>) -> Result<Node, Failure> {
    let message = message(context, id)?;
    let (user, name) = (message.sender.user, message.sender.nickname.clone());
    Ok(Node { user, name, time: None, elements: message.elements.clone() })
}
