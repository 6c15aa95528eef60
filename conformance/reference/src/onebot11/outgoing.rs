//! Messages as a client receives them.

use botspec_bindings::onebot11::segments::receive::{
    Contact, ContactGroup, ContactQq, Image, ImageType, Location, Record, Share, Video,
};
use botspec_bindings::onebot11::types::Flag;
use botspec_bindings::onebot11::{ReceiveMessage, ReceiveSegment, cq};

use crate::config::MessageFormat;
use crate::faults::Switch;
use crate::protocol::Served;
use crate::world::{Node, Piece, World};

/// A message in the form that the adapter is set to.
pub(crate) fn message(served: &Served<'_>, world: &World, pieces: &[Piece]) -> ReceiveMessage {
    match served.format {
        MessageFormat::Array => segments(world, pieces).into(),
        MessageFormat::String => ReceiveMessage::cq(raw(served, world, pieces)),
    }
}

/// The string form of a message.
pub(crate) fn raw(served: &Served<'_>, world: &World, pieces: &[Piece]) -> String {
    // Everything that the world knows has a string form.
    let text = cq::write(&segments(world, pieces)).unwrap_or_default();
    if !served.faults.on(Switch::CqNotEscaped) {
        return text;
    }
    let code = served.dialect.file.cq_code.as_ref();
    let escapes = code.map(|code| code.value_escapes.iter().rev()).into_iter().flatten();
    escapes.fold(text, |text, escape| text.replace(&escape.escaped, &escape.raw))
}

/// The nodes of a merged forward, each a segment.
pub(crate) fn nodes(served: &Served<'_>, world: &World, nodes: &[Node]) -> Vec<ReceiveSegment> {
    nodes.iter().map(|node| ReceiveSegment::node(node.user, &node.name, message(served, world, &node.pieces))).collect()
}

fn segments(world: &World, pieces: &[Piece]) -> Vec<ReceiveSegment> {
    pieces.iter().map(|piece| segment(world, piece)).collect()
}

fn segment(world: &World, piece: &Piece) -> ReceiveSegment {
    let url = |file: &str| world.file(file).map(crate::world::Media::url).ok();
    match piece {
        Piece::Text(text) => ReceiveSegment::text(text),
        Piece::Face(id) => ReceiveSegment::face(id),
        Piece::Image { file, flash } => {
            let mut image = Image::new(file.as_str());
            image.kind = flash.then_some(ImageType::Flash);
            image.url = url(file);
            image.into()
        }
        Piece::Record { file, magic } => {
            let mut record = Record::new(file.as_str()).magic(if *magic { Flag::N1 } else { Flag::N0 });
            record.url = url(file);
            record.into()
        }
        Piece::Video { file } => {
            let mut video = Video::new(file.as_str());
            video.url = url(file);
            video.into()
        }
        Piece::At(user) => ReceiveSegment::at(*user),
        Piece::AtAll => ReceiveSegment::at(EVERYBODY),
        Piece::Rps => ReceiveSegment::rps(),
        Piece::Dice => ReceiveSegment::dice(),
        Piece::Shake => ReceiveSegment::shake(),
        Piece::Poke { kind, id } => ReceiveSegment::poke(kind, id),
        Piece::Share { url, title, content, image } => {
            let mut share = Share::new(url, title);
            share.content.clone_from(content);
            share.image.clone_from(image);
            share.into()
        }
        Piece::ContactUser(user) => ReceiveSegment::contact(Contact::Qq(ContactQq::new(*user))),
        Piece::ContactGroup(group) => ReceiveSegment::contact(Contact::Group(ContactGroup::new(*group))),
        Piece::Location { lat, lon, title, content } => Location::new(lat, lon)
            .title(title.as_deref().unwrap_or_default())
            .content(content.as_deref().unwrap_or_default())
            .into(),
        Piece::Reply(id) => ReceiveSegment::reply(i64::from(*id)),
        Piece::Forward(id) => ReceiveSegment::forward(id.as_str()),
        Piece::Xml(data) => ReceiveSegment::xml(data),
        Piece::Json(data) => ReceiveSegment::json(data),
    }
}

/// Who is called when everybody is.
const EVERYBODY: &str = "all";
