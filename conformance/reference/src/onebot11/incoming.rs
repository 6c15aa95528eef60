//! Messages that a client sends, as the world understands them.

use botspec_bindings::onebot11::segments::send::{Contact, ImageType, Music, Node as SendNode};
use botspec_bindings::onebot11::types::Flag;
use botspec_bindings::onebot11::{SendMessage, SendSegment, cq};
use botspec_schema::Kind;
use serde_json::{Value, json};

use super::people::number;
use crate::answer::Failure;
use crate::faults::Switch;
use crate::protocol::Context;
use crate::world::{MediaKind, Node, Piece};

/// A message that is ready to be said.
pub(crate) struct Incoming {
    pub(crate) pieces: Vec<Piece>,
    /// Whether it is said without a name; `Some(true)`: with the name if there is no other way.
    pub(crate) masked: Option<bool>,
}

/// How deep merged forwards can be put into each other.
const MOST_LAYERS: usize = 8;

/// Reads a message; files are taken over and forwards are merged on the way.
pub(crate) fn read(context: &mut Context<'_>, message: SendMessage, plain: bool) -> Result<Incoming, Failure> {
    read_layer(context, message, plain, MOST_LAYERS)
}

fn read_layer(
    context: &mut Context<'_>,
    message: SendMessage,
    plain: bool,
    layers: usize,
) -> Result<Incoming, Failure> {
    let Some(layers) = layers.checked_sub(1) else {
        return Err(Failure::action("too many merged forwards inside each other"));
    };
    let segments = segments(context, message, plain)?;
    alone(context, &segments)?;
    let mut incoming = Incoming { pieces: Vec::new(), masked: None };
    let mut nodes = Vec::new();
    for segment in segments {
        match segment {
            SendSegment::Anonymous(how) => incoming.masked = Some(how.ignore.is_some_and(|flag| is_set(&flag))),
            SendSegment::Node(data) => nodes.push(node(context, data, layers)?),
            segment => incoming.pieces.push(piece(context, segment)?),
        }
    }
    if !nodes.is_empty() {
        incoming.pieces.push(Piece::Forward(context.world.merge(nodes)?));
    }
    Ok(incoming)
}

/// The segments of a message in any of its forms.
fn segments(context: &Context<'_>, message: SendMessage, plain: bool) -> Result<Vec<SendSegment>, Failure> {
    let faults = context.served.faults;
    match message {
        SendMessage::Cq(_) if faults.on(Switch::StringMessageRefused) => Err(Failure::action("no strings, please")),
        SendMessage::Cq(text) if plain && !faults.on(Switch::AutoEscapeIgnored) => Ok(vec![SendSegment::text(text)]),
        SendMessage::Cq(text) if faults.on(Switch::CqNotParsed) => Ok(vec![SendSegment::text(text)]),
        SendMessage::Cq(text) => {
            let text = if faults.on(Switch::CqNotUnescaped) { keep_escapes(context, &text) } else { text };
            let mut segments: Vec<SendSegment> = cq::parse(&text);
            if faults.on(Switch::CqUnescapedTwice) {
                segments = unescape_all(context, &segments);
            }
            segments.iter().try_for_each(|segment| valid(context, segment))?;
            Ok(segments)
        }
        SendMessage::Single(_) if faults.on(Switch::SingleSegmentRefused) => {
            Err(Failure::action("a message is a string or an array"))
        }
        other => {
            let segments = other.into_segments();
            Ok(if faults.on(Switch::ArrayUnescaped) { unescape_all(context, &segments) } else { segments })
        }
    }
}

/// A segment out of a string was not checked with the parameters.
fn valid(context: &Context<'_>, segment: &SendSegment) -> Result<(), Failure> {
    let value = serde_json::to_value(segment).map_err(|error| Failure::action(error.to_string()))?;
    match context.served.dialect.check(Kind::SegmentSend, Some(segment.kind()), &value) {
        Ok(violations) => match violations.first() {
            None => Ok(()),
            Some(violation) => Err(Failure::action(format!("the code of a `{}`: {violation}", segment.kind()))),
        },
        Err(unknown) => Err(Failure::action(unknown.to_string())),
    }
}

/// Refuses company for segments that stand alone.
fn alone(context: &Context<'_>, segments: &[SendSegment]) -> Result<(), Failure> {
    let contracts = &context.served.dialect.segments;
    let is = |segment: &SendSegment, test: fn(&botspec_schema::model::Segment) -> bool| {
        contracts.get(segment.kind()).is_some_and(|contract| test(contract))
    };
    let shown: Vec<&SendSegment> = segments.iter().filter(|segment| !is(segment, |it| it.vanishes)).collect();
    let Some(lonely) = shown.iter().find(|segment| is(segment, |it| it.alone)) else { return Ok(()) };
    let of_a_kind = shown.iter().all(|segment| segment.kind() == lonely.kind());
    if shown.len() == 1 || (of_a_kind && matches!(lonely, SendSegment::Node(_))) {
        return Ok(());
    }
    Err(Failure::action(format!("a `{}` is sent alone", lonely.kind())))
}

fn piece(context: &mut Context<'_>, segment: SendSegment) -> Result<Piece, Failure> {
    let world = &mut *context.world;
    Ok(match segment {
        SendSegment::Text(data) => Piece::Text(data.text),
        SendSegment::Face(data) => Piece::Face(data.id),
        SendSegment::Image(data) => Piece::Image {
            file: world.import(&data.file.to_string(), MediaKind::Image)?,
            flash: data.kind == Some(ImageType::Flash),
        },
        SendSegment::Record(data) => Piece::Record {
            file: world.import(&data.file.to_string(), MediaKind::Record)?,
            magic: data.magic.is_some_and(|flag| is_set(&flag)),
        },
        SendSegment::Video(data) => Piece::Video { file: world.import(&data.file.to_string(), MediaKind::Video)? },
        SendSegment::At(data) => match data.qq.as_i64() {
            Some(user) => Piece::At(user),
            None => Piece::AtAll,
        },
        SendSegment::Rps(_) => Piece::Rps,
        SendSegment::Dice(_) => Piece::Dice,
        SendSegment::Shake(_) => Piece::Shake,
        SendSegment::Poke(data) => Piece::Poke { kind: data.kind, id: data.id },
        SendSegment::Share(data) => {
            Piece::Share { url: data.url, title: data.title, content: data.content, image: data.image }
        }
        SendSegment::Contact(Contact::Qq(data)) => Piece::ContactUser(number(data.id.as_i64(), "user")?),
        SendSegment::Contact(Contact::Group(data)) => Piece::ContactGroup(number(data.id.as_i64(), "group")?),
        SendSegment::Location(data) => {
            Piece::Location { lat: data.lat, lon: data.lon, title: data.title, content: data.content }
        }
        SendSegment::Music(data) => Piece::Json(card(&data)),
        SendSegment::Reply(data) => Piece::Reply(number(data.id.as_i64(), "message")?),
        SendSegment::Xml(data) => Piece::Xml(data.data),
        SendSegment::Json(data) => Piece::Json(data.data),
        other => return Err(Failure::action(format!("a `{}` cannot be sent", other.kind()))),
    })
}

/// The card that a song arrives as.
fn card(music: &Music) -> String {
    let meta = match music {
        Music::Custom(song) => json!({ "title": song.title, "jumpUrl": song.url, "musicUrl": song.audio }),
        song => serde_json::to_value(song).unwrap_or(Value::Null),
    };
    json!({ "app": "com.example.music", "meta": meta }).to_string()
}

fn node(context: &mut Context<'_>, data: SendNode, layers: usize) -> Result<Node, Failure> {
    if let Some(id) = data.id {
        let id = number(id.as_i64(), "message")?;
        let message = context.world.message(context.served.account, id)?;
        return Ok(Node {
            user: message.sender.user,
            name: message.sender.nickname.clone(),
            pieces: message.pieces.clone(),
        });
    }
    let user = number(data.user_id.and_then(|user| user.as_i64()), "user")?;
    let inner = read_layer(context, data.content.unwrap_or_default(), false, layers)?;
    Ok(Node { user, name: data.nickname.unwrap_or_default(), pieces: inner.pieces })
}

/// Whether one of the words for yes stands there.
fn is_set(flag: &Flag) -> bool {
    matches!(flag, Flag::N1 | Flag::Yes | Flag::True)
}

/// Every escape of the dialect, as what it stands for and how it is written.
pub(super) fn escapes<'a>(context: &Context<'a>) -> Vec<(&'a str, &'a str)> {
    let code = context.served.dialect.file.cq_code.as_ref();
    let list = code.map(|code| code.value_escapes.iter()).into_iter().flatten();
    list.map(|escape| (escape.raw.as_str(), escape.escaped.as_str())).collect()
}

/// A string whose escapes survive when it is read.
fn keep_escapes(context: &Context<'_>, text: &str) -> String {
    escapes(context)
        .into_iter()
        .fold(text.to_owned(), |text, (_, escaped)| text.replace(escaped, &cq::escape_text(escaped)))
}

/// The same segments with escapes in their texts undone.
fn unescape_all(context: &Context<'_>, segments: &[SendSegment]) -> Vec<SendSegment> {
    let escapes = escapes(context);
    let undo = |segment: &SendSegment| {
        let mut value = serde_json::to_value(segment).ok()?;
        unescape(&mut value, &escapes);
        serde_json::from_value(value).ok()
    };
    segments.iter().map(|segment| undo(segment).unwrap_or_else(|| segment.clone())).collect()
}

fn unescape(value: &mut Value, escapes: &[(&str, &str)]) {
    match value {
        Value::String(text) => {
            *text = escapes.iter().rev().fold(text.clone(), |text, (raw, escaped)| text.replace(escaped, raw));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| unescape(item, escapes)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| unescape(entry, escapes)),
        _ => {}
    }
}
