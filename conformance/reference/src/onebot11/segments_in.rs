//! Segments that a client sends, as elements of a message.
//!
//! A segment is read by the bindings of the dialect in which it states the most, like an action.

use botspec_bindings::llonebot::SendSegment as Llonebot;
use botspec_bindings::llonebot::segments::send::{DiceResult, RpsResult};
use botspec_bindings::napcat::SendSegment;
use botspec_bindings::napcat::segments::send::{self, ContactType, Music};
use botspec_bindings::onebot11::SendSegment as Standard;
use botspec_bindings::onebot11::segments::send::ImageType;
use botspec_bindings::onebot11::types::Flag;
use botspec_schema::{Catalog, SEGMENT_DATA};
use serde::Deserialize;
use serde_json::{Value, json};

use super::given::{Given, cover};
use super::json_merge;
use super::people::number;
use super::reading::kind;
use super::segments_out::LARGE_FACE;
use super::table::{LLONEBOT, NAPCAT, Origin};
use crate::answer::Failure;
use crate::coerce::coerce;
use crate::params::message;
use crate::protocol::Context;
use crate::world::{MediaKind, MessageElement, MessageId, UserId};

/// What a segment is to a message.
pub(super) enum Part {
    /// An element of it.
    Element(MessageElement),
    /// It is sent without a name, or with it if there is no other way.
    Mask {
        /// Whether with the name will do.
        or_name: bool,
    },
    /// A message that was sent is part of a merged forward.
    Quote(Option<i64>),
    /// A message that is made up is part of a merged forward.
    Node {
        /// Who is shown as the sender; the account where nobody is named.
        user: Option<UserId>,
        /// The name that is shown.
        name: String,
        /// The message.
        content: Given,
    },
}

/// Reads a segment; files are taken over.
pub(super) fn read(context: &mut Context<'_>, segment: &Value) -> Result<Part, Failure> {
    let standard: Standard = decode(segment)?;
    let chosen = Chosen::of(context, segment);
    Ok(match decode(&in_form_of(NAPCAT, segment))? {
        SendSegment::Unknown(_) => Part::Element(match standard {
            Standard::Anonymous(how) => {
                return Ok(Part::Mask { or_name: how.ignore.is_some_and(|flag| is_set(&flag)) });
            }
            Standard::Shake(_) => MessageElement::Shake,
            Standard::Poke(data) => MessageElement::Poke { kind: data.kind, id: data.id },
            Standard::Share(data) => {
                MessageElement::Share { url: data.url, title: data.title, content: data.content, image: data.image }
            }
            other => return Err(Failure::action(format!("a `{}` cannot be sent", other.kind()))),
        }),
        SendSegment::Node(data) => node(data)?,
        SendSegment::Image(data) => {
            let flash = matches!(&standard, Standard::Image(image) if image.kind == Some(ImageType::Flash));
            let file = source(data.url, data.file.clone(), data.path);
            let file = context.world.import(&file, MediaKind::Image)?;
            let (summary, kind) = (data.summary.unwrap_or_default(), data.sub_type.or(chosen.kind).unwrap_or(0));
            Part::Element(MessageElement::Image { file, flash, summary, kind })
        }
        SendSegment::Record(data) => {
            let magic = matches!(&standard, Standard::Record(record) if record.magic.as_ref().is_some_and(is_set));
            let file = source(data.url, data.file.clone(), data.path);
            Part::Element(MessageElement::Record { file: context.world.import(&file, MediaKind::Record)?, magic })
        }
        SendSegment::Face(data) if chosen.kind == Some(LARGE_FACE) => Part::Element(MessageElement::LargeFace(data.id)),
        SendSegment::Rps(_) => {
            Part::Element(MessageElement::Rps(chosen.among(3).unwrap_or_else(|| context.world.chance(3))))
        }
        SendSegment::Dice(_) => {
            Part::Element(MessageElement::Dice(chosen.among(6).unwrap_or_else(|| context.world.chance(6))))
        }
        known => Part::Element(plain(context, known)?),
    })
}

/// What a sender chooses where only LLOneBot leaves the choice.
struct Chosen {
    /// The kind of a picture or a face.
    kind: Option<i64>,
    /// What comes out of a throw.
    result: Option<i64>,
}

impl Chosen {
    fn of(context: &Context<'_>, segment: &Value) -> Self {
        // What the dialect does not know, or requires without looking at it, is no choice.
        let leaves = |name: &str| {
            let contract = context.served.dialect.segments.get(name).and_then(|contract| contract.send.as_ref());
            let required = contract.and_then(|schema| schema.get("required")).and_then(Value::as_array);
            required.is_none_or(Vec::is_empty)
        };
        let known = in_form_of(Origin(context.served.dialect.name()), segment);
        let chosen = Llonebot::deserialize(&in_form_of(LLONEBOT, &known)).ok();
        let whole = |text: String| text.parse().ok();
        Self {
            kind: match &chosen {
                Some(Llonebot::Image(image)) => image.sub_type,
                Some(Llonebot::Face(face)) => face.sub_type,
                _ => None,
            },
            result: match chosen {
                Some(Llonebot::Dice(dice)) if leaves(kind(segment)) => dice.result.and_then(|result| match result {
                    DiceResult::Number(number) => Some(number),
                    DiceResult::Text(text) => whole(text),
                    _ => None,
                }),
                Some(Llonebot::Rps(rps)) if leaves(kind(segment)) => rps.result.and_then(|result| match result {
                    RpsResult::Number(number) => Some(number),
                    RpsResult::Text(text) => whole(text),
                    _ => None,
                }),
                _ => None,
            },
        }
    }

    /// What was chosen of the numbers from 1 on.
    fn among(&self, most: u32) -> Option<u32> {
        self.result.and_then(|result| u32::try_from(result).ok()).filter(|result| (1..=most).contains(result))
    }
}

fn plain(context: &mut Context<'_>, segment: SendSegment) -> Result<MessageElement, Failure> {
    Ok(match segment {
        SendSegment::Text(data) => MessageElement::Text(data.text),
        SendSegment::Face(data) => MessageElement::Face(data.id),
        SendSegment::Video(data) => {
            let file = source(data.url, data.file.clone(), data.path);
            MessageElement::Video { file: context.world.import(&file, MediaKind::Video)? }
        }
        SendSegment::File(data) => {
            let file = source(data.url, data.file.clone(), data.path);
            MessageElement::File { file: context.world.import_as(&file, MediaKind::File, data.name.as_deref())? }
        }
        SendSegment::At(data) => match data.qq.as_i64() {
            Some(user) => MessageElement::At(user),
            None => MessageElement::AtAll,
        },
        SendSegment::Contact(data) => {
            let id = data.id.parse().ok();
            match data.kind {
                ContactType::Group => MessageElement::ContactGroup(number(id, "group")?),
                _ => MessageElement::ContactUser(number(id, "user")?),
            }
        }
        SendSegment::Location(data) => MessageElement::Location {
            lat: json_merge::text(&data.lat),
            lon: json_merge::text(&data.lon),
            title: data.title,
            content: data.content,
        },
        SendSegment::Music(data) => MessageElement::Json(card(&data)),
        SendSegment::Reply(data) => MessageElement::Reply(replied(context, &data)?),
        SendSegment::Forward(data) => MessageElement::Forward(data.id.to_string()),
        SendSegment::Xml(data) => MessageElement::Xml(data.data),
        SendSegment::Json(data) => MessageElement::Json(json_merge::text(&data.data)),
        SendSegment::Miniapp(data) => MessageElement::Json(data.data),
        SendSegment::Markdown(data) => MessageElement::Markdown(data.content),
        SendSegment::Mface(data) => MessageElement::Sticker {
            package: data.emoji_package_id,
            id: data.emoji_id,
            key: data.key,
            summary: data.summary,
        },
        other => return Err(Failure::action(format!("a `{}` cannot be sent", other.kind()))),
    })
}

/// A segment in the form in which another dialect sends it; as it is where that has no such segment.
fn in_form_of(origin: Origin, segment: &Value) -> Value {
    let mut segment = segment.clone();
    let dialect = Catalog::builtin().dialect(origin.0);
    if let Some(dialect) = dialect
        && let Some(schema) = dialect.segments.get(kind(&segment)).and_then(|contract| contract.value.send.as_ref())
        && let Some(data) = segment.get_mut(SEGMENT_DATA)
    {
        *data = coerce(dialect, schema, data.take(), None);
    }
    segment
}

fn decode<T: serde::de::DeserializeOwned>(segment: &Value) -> Result<T, Failure> {
    T::deserialize(segment).map_err(|error| Failure::action(error.to_string()))
}

/// Where a file is: the address wins, and the path is the last resort.
fn source(url: Option<String>, file: String, path: Option<String>) -> String {
    let given = |text: &String| !text.is_empty();
    url.filter(given).or(Some(file).filter(given)).or(path).unwrap_or_default()
}

fn replied(context: &Context<'_>, data: &send::Reply) -> Result<MessageId, Failure> {
    match data.seq {
        Some(seq) => Ok(context.world.message_at(context.served.account, seq)?.id),
        None => Ok(message(context, data.id.as_ref().and_then(botspec_bindings::napcat::ids::MessageId::as_i64))?.id),
    }
}

/// The card that a song arrives as.
fn card(music: &Music) -> String {
    let meta = match music {
        Music::Custom(song) => json!({ "title": song.title, "jumpUrl": song.url, "musicUrl": song.audio }),
        song => json_merge::value(song),
    };
    json!({ "app": "com.example.music", "meta": meta }).to_string()
}

fn node(data: send::Node) -> Result<Part, Failure> {
    if let Some(id) = data.id {
        return Ok(Part::Quote(id.as_i64()));
    }
    let user = data.user_id.as_ref().map(json_merge::text).or_else(|| data.uin.as_ref().map(json_merge::text));
    let user = user.map(|id| number(id.parse().ok(), "user")).transpose()?;
    let name = data.nickname.or(data.name).unwrap_or_default();
    let content = Given::new(&data.content.unwrap_or_default(), None).under(cover!(data));
    Ok(Part::Node { user, name, content })
}

/// Whether one of the words for yes stands there.
fn is_set(flag: &Flag) -> bool {
    matches!(flag, Flag::N1 | Flag::Yes | Flag::True)
}
