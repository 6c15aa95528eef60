//! Messages that a client sends, as the world understands them.

use botspec_bindings::milky::segments::send;
use botspec_bindings::milky::types::{ImageType, OutgoingForwardedMessage};
use botspec_bindings::milky::{SendSegment, ids};

use super::outgoing::{PLAIN, STICKER};
use super::table::given;
use crate::answer::Failure;
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Conversation, Cover, MediaKind, MessageElement, Node};

/// How deep merged forwards can be put into each other.
const MOST_LAYERS: usize = 8;

/// Reads a message for a conversation. Files are taken over and forwards are merged on the way.
pub(super) fn read(
    context: &mut Context<'_>,
    conversation: Conversation,
    segments: Vec<SendSegment>,
) -> Result<Vec<MessageElement>, Failure> {
    Reader { context, conversation: Some(conversation) }.layer(segments, MOST_LAYERS)
}

/// Reads a message that is sent nowhere yet, so that it answers none.
pub(super) fn read_anywhere(
    context: &mut Context<'_>,
    segments: Vec<SendSegment>,
) -> Result<Vec<MessageElement>, Failure> {
    Reader { context, conversation: None }.layer(segments, MOST_LAYERS)
}

struct Reader<'r, 'c> {
    context: &'r mut Context<'c>,
    conversation: Option<Conversation>,
}

impl Reader<'_, '_> {
    fn layer(&mut self, segments: Vec<SendSegment>, layers: usize) -> Result<Vec<MessageElement>, Failure> {
        let Some(layers) = layers.checked_sub(1) else {
            return Err(Failure::action("too many merged forwards inside each other"));
        };
        self.alone(&segments)?;
        segments.into_iter().map(|segment| self.element(segment, layers)).collect()
    }

    /// Refuses company for segments that stand alone.
    fn alone(&self, segments: &[SendSegment]) -> Result<(), Failure> {
        let contracts = &self.context.served.dialect.segments;
        let alone = |segment: &&SendSegment| contracts.get(segment.kind()).is_some_and(|contract| contract.alone);
        match segments.iter().find(alone) {
            Some(lonely) if segments.len() > 1 => Err(Failure::action(format!("a `{}` is sent alone", lonely.kind()))),
            _ => Ok(()),
        }
    }

    fn element(&mut self, segment: SendSegment, layers: usize) -> Result<MessageElement, Failure> {
        let world = &mut *self.context.world;
        Ok(match segment {
            SendSegment::Text(data) => MessageElement::Text(data.text),
            SendSegment::Face(data) if given(data.is_large) => MessageElement::LargeFace(data.face_id),
            SendSegment::Face(data) => MessageElement::Face(data.face_id),
            SendSegment::Mention(data) => MessageElement::At(number(data.user_id.as_i64(), "user")?),
            SendSegment::MentionAll(_) => MessageElement::AtAll,
            SendSegment::Reply(data) => self.reply(&data.message_seq)?,
            SendSegment::Image(data) => MessageElement::Image {
                file: world.import(&data.uri, MediaKind::Image)?,
                flash: false,
                summary: given(data.summary),
                kind: if data.sub_type.value() == Some(&ImageType::Sticker) { STICKER } else { PLAIN },
            },
            SendSegment::Record(data) => {
                MessageElement::Record { file: world.import(&data.uri, MediaKind::Record)?, magic: false }
            }
            SendSegment::Video(data) => {
                if let Some(thumb) = data.thumb_uri.value() {
                    world.import(thumb, MediaKind::Image)?;
                }
                MessageElement::Video { file: world.import(&data.uri, MediaKind::Video)? }
            }
            SendSegment::LightApp(data) => MessageElement::Json(data.json_payload),
            SendSegment::Forward(data) => self.forward(data, layers)?,
            other => return Err(Failure::action(format!("a `{}` cannot be sent", other.kind()))),
        })
    }

    fn reply(&self, number: &ids::MessageId) -> Result<MessageElement, Failure> {
        let number = self::number(number.as_i64(), "message")?;
        let conversation = self.conversation.ok_or_else(|| Failure::action("a reply needs a conversation"))?;
        let message = self.context.world.numbered(self.context.served.account, conversation, number)?;
        Ok(MessageElement::Reply(message.id))
    }

    fn forward(&mut self, data: send::Forward, layers: usize) -> Result<MessageElement, Failure> {
        let nodes = data.messages.into_iter().map(|message| self.node(message, layers));
        let nodes: Vec<Node> = nodes.collect::<Result<_, _>>()?;
        let cover = Cover {
            title: data.title.into_value(),
            preview: data.preview.into_value(),
            summary: data.summary.into_value(),
        };
        Ok(MessageElement::Forward(self.context.world.merge_under(nodes, cover)?))
    }

    fn node(&mut self, message: OutgoingForwardedMessage, layers: usize) -> Result<Node, Failure> {
        let user = number(message.user_id.as_i64(), "user")?;
        let (name, time) = (message.sender_name, message.time.into_value());
        Ok(Node { user, name, time, elements: self.layer(message.segments, layers)? })
    }
}
