//! Pieces of a message as segments that a client receives.

use botspec_bindings::milky::ReceiveSegment;
use botspec_bindings::milky::segments::receive::{
    File, Forward, ImageInit, LightApp, MarketFaceInit, Mention, Reply, VideoInit,
};
use botspec_bindings::milky::types::ImageType;
use serde_json::Value;

use super::{cover, entities};
use crate::plain::{card, in_words};
use crate::world::{Group, Media, Message, Piece, Scene, World};

/// Where segments are told.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) world: &'a World,
    /// The group whose names hold.
    pub(super) group: Option<&'a Group>,
    /// Whether it is between two people.
    pub(super) private: bool,
    /// Whether it is inside a merged forward.
    pub(super) inside: bool,
}

impl<'a> Place<'a> {
    /// Where a message was said.
    pub(super) fn of(world: &'a World, message: &Message) -> Self {
        let group = match message.scene {
            Scene::Group { group, .. } => world.group(group).ok(),
            Scene::Private { .. } => None,
        };
        Self { world, group, private: matches!(message.scene, Scene::Private { .. }), inside: false }
    }
}

/// The segments of a message.
pub(super) fn segments(place: Place<'_>, pieces: &[Piece]) -> Vec<ReceiveSegment> {
    pieces.iter().filter_map(|piece| segment(place, piece)).collect()
}

/// How large pictures and videos are: nobody looks into them.
const PICTURE: (i64, i64) = (100, 100);
const SCREEN: (i64, i64) = (640, 360);
/// How long recordings and videos are, in seconds.
const LENGTH: i64 = 1;
/// The faces that stand for chance, large as they are.
const DICE: &str = "358";
const RPS: &str = "359";
/// Who draws a card that is XML.
const SERVICE: i64 = 1;

/// The kind of a plain picture, in the numbers of QQ.
pub(super) const PLAIN: i64 = 0;
/// The kind of a picture that stands for words.
pub(super) const STICKER: i64 = 1;

fn segment(place: Place<'_>, piece: &Piece) -> Option<ReceiveSegment> {
    let world = place.world;
    let url = |file: &str| world.file(file).map(Media::url).unwrap_or_default();
    Some(match piece {
        Piece::Text(text) => ReceiveSegment::text(text),
        Piece::Face(id) => ReceiveSegment::face(id, false),
        Piece::LargeFace(id) => ReceiveSegment::face(id, true),
        Piece::Dice(_) => ReceiveSegment::face(DICE, true),
        Piece::Rps(_) => ReceiveSegment::face(RPS, true),
        Piece::At(user) => Mention::new(*user, entities::called(world, place.group, *user)).into(),
        Piece::AtAll => ReceiveSegment::mention_all(),
        Piece::Reply(id) => reply(place, world.any_message(*id)?),
        Piece::Image { file, summary, kind, .. } => ReceiveSegment::image(ImageInit {
            resource_id: file.as_str().into(),
            temp_url: url(file),
            width: PICTURE.0,
            height: PICTURE.1,
            summary: summary.clone(),
            sub_type: if *kind == PLAIN { ImageType::Normal } else { ImageType::Sticker },
        }),
        Piece::Record { file, .. } => ReceiveSegment::record(file.as_str(), url(file), LENGTH),
        Piece::Video { file } => ReceiveSegment::video(VideoInit {
            resource_id: file.as_str().into(),
            temp_url: url(file),
            width: SCREEN.0,
            height: SCREEN.1,
            duration: LENGTH,
        }),
        Piece::File { file } => return told_file(place, file),
        Piece::Forward(id) => {
            let cover = cover::of(world, id);
            Forward::new(id.as_str(), cover.title, cover.preview, cover.summary).into()
        }
        Piece::Sticker { package, id, key, summary } => ReceiveSegment::market_face(MarketFaceInit {
            emoji_package_id: *package,
            emoji_id: id.clone(),
            key: key.clone(),
            summary: summary.clone(),
            url: format!("https://example.com/stickers/{id}.gif"),
        }),
        Piece::Json(data) => LightApp::new(app(data), data).into(),
        Piece::Xml(data) => ReceiveSegment::xml(SERVICE, data),
        Piece::ContactUser(_) | Piece::ContactGroup(_) | Piece::Location { .. } | Piece::Share { .. } => {
            let card = card(piece);
            LightApp::new(app(&card), card).into()
        }
        other => ReceiveSegment::text(in_words(other)),
    })
}

/// The application that draws a card, as the card says.
fn app(card: &str) -> String {
    let card: Value = serde_json::from_str(card).unwrap_or_default();
    card["app"].as_str().unwrap_or_default().to_owned()
}

/// What is answered, without what that answers itself.
fn reply(place: Place<'_>, message: &Message) -> ReceiveSegment {
    let said: Vec<Piece> = message.pieces.iter().filter(|piece| !matches!(piece, Piece::Reply(_))).cloned().collect();
    let mask = match &message.scene {
        Scene::Group { mask, .. } => mask.as_ref(),
        Scene::Private { .. } => None,
    };
    let sender = mask.map_or(message.sender.user, |mask| mask.id);
    let reply = Reply::new(message.number, sender, message.time, segments(place, &said));
    if !place.inside {
        return reply.into();
    }
    reply.sender_name(mask.map_or(&message.sender.nickname, |mask| &mask.name).clone()).into()
}

/// A file; what proves that somebody was told of it is needed between two people only.
fn told_file(place: Place<'_>, name: &str) -> Option<ReceiveSegment> {
    let file = place.world.file(name).ok()?;
    let told = File::new(name, &file.title, file.size);
    Some(if place.private { told.file_hash(file.hash()) } else { told }.into())
}
