//! Pieces of a message as segments that a client receives.

use botspec_bindings::milky::ReceiveSegment;
use botspec_bindings::milky::segments::receive::{
    File, Forward, ImageInit, LightApp, MarketFaceInit, Mention, Reply, VideoInit,
};
use botspec_bindings::milky::types::ImageType;
use serde_json::Value;

use super::{cover, entities};
use crate::plain_text::{card, in_words};
use crate::synthetic::sticker;
use crate::world::{Group, Media, Message, MessageElement, Scene, World};

/// Where segments are reported.
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
    /// Where a message was sent.
    pub(super) fn of(world: &'a World, message: &Message) -> Self {
        let group = match message.scene {
            Scene::Group { group, .. } => world.group(group).ok(),
            Scene::Private { .. } => None,
        };
        Self { world, group, private: matches!(message.scene, Scene::Private { .. }), inside: false }
    }
}

/// The segments of a message.
pub(super) fn segments(place: Place<'_>, elements: &[MessageElement]) -> Vec<ReceiveSegment> {
    elements.iter().filter_map(|element| segment(place, element)).collect()
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

fn segment(place: Place<'_>, element: &MessageElement) -> Option<ReceiveSegment> {
    let world = place.world;
    let url = |file: &str| world.file(file).map(Media::url).unwrap_or_default();
    Some(match element {
        MessageElement::Text(text) => ReceiveSegment::text(text),
        MessageElement::Face(id) => ReceiveSegment::face(id, false),
        MessageElement::LargeFace(id) => ReceiveSegment::face(id, true),
        MessageElement::Dice(_) => ReceiveSegment::face(DICE, true),
        MessageElement::Rps(_) => ReceiveSegment::face(RPS, true),
        MessageElement::At(user) => Mention::new(*user, entities::called(world, place.group, *user)).into(),
        MessageElement::AtAll => ReceiveSegment::mention_all(),
        MessageElement::Reply(id) => reply(place, world.any_message(*id)?),
        MessageElement::Image { file, summary, kind, .. } => ReceiveSegment::image(ImageInit {
            resource_id: file.as_str().into(),
            temp_url: url(file),
            width: PICTURE.0,
            height: PICTURE.1,
            summary: summary.clone(),
            sub_type: if *kind == PLAIN { ImageType::Normal } else { ImageType::Sticker },
        }),
        MessageElement::Record { file, .. } => ReceiveSegment::record(file.as_str(), url(file), LENGTH),
        MessageElement::Video { file } => ReceiveSegment::video(VideoInit {
            resource_id: file.as_str().into(),
            temp_url: url(file),
            width: SCREEN.0,
            height: SCREEN.1,
            duration: LENGTH,
        }),
        MessageElement::File { file } => return rendered_file(place, file),
        MessageElement::Forward(id) => {
            let cover = cover::of(world, id);
            Forward::new(id.as_str(), cover.title, cover.preview, cover.summary).into()
        }
        MessageElement::Sticker { package, id, key, summary } => ReceiveSegment::market_face(MarketFaceInit {
            emoji_package_id: *package,
            emoji_id: id.clone(),
            key: key.clone(),
            summary: summary.clone(),
            url: sticker(world, id),
        }),
        MessageElement::Json(data) => LightApp::new(app(data), data).into(),
        MessageElement::Xml(data) => ReceiveSegment::xml(SERVICE, data),
        MessageElement::Markdown(content) => ReceiveSegment::markdown(content),
        MessageElement::ContactUser(_)
        | MessageElement::ContactGroup(_)
        | MessageElement::Location { .. }
        | MessageElement::Share { .. } => {
            let card = card(element);
            LightApp::new(app(&card), card).into()
        }
        other => ReceiveSegment::text(in_words(other)),
    })
}

/// The application that draws a card, as the card states.
fn app(card: &str) -> String {
    let card: Value = serde_json::from_str(card).unwrap_or_default();
    card["app"].as_str().unwrap_or_default().to_owned()
}

/// What is answered, without what that answers itself.
fn reply(place: Place<'_>, message: &Message) -> ReceiveSegment {
    let sent: Vec<MessageElement> =
        message.elements.iter().filter(|element| !matches!(element, MessageElement::Reply(_))).cloned().collect();
    let mask = match &message.scene {
        Scene::Group { mask, .. } => mask.as_ref(),
        Scene::Private { .. } => None,
    };
    let sender = mask.map_or(message.sender.user, |mask| mask.id);
    let reply = Reply::new(message.number, sender, message.time, segments(place, &sent));
    if !place.inside {
        return reply.into();
    }
    reply.sender_name(mask.map_or(&message.sender.nickname, |mask| &mask.name).clone()).into()
}

/// A file; what proves that somebody was sent it is needed between two people only.
fn rendered_file(place: Place<'_>, name: &str) -> Option<ReceiveSegment> {
    let file = place.world.file(name).ok()?;
    let rendered = File::new(name, &file.title, file.size);
    Some(if place.private { rendered.file_hash(file.hash()) } else { rendered }.into())
}
