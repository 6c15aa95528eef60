//! Pieces of a message in the ways in which dialects report them.

use botspec_bindings::llonebot;
use botspec_bindings::llonebot::ReceiveSegment as Llonebot;
use botspec_bindings::llonebot::types::{
    KeyboardButton, KeyboardButtonAction, KeyboardButtonActionInit, KeyboardButtonActionPermission,
    KeyboardButtonRenderData,
};
use botspec_bindings::napcat::ReceiveSegment;
use botspec_bindings::napcat::segments::receive::{
    Dice, Face, File, Flashtransfer, Image, Json, Markdown, Onlinefile, OnlinefileInit, Record, Reply, Rps, Video,
};
use botspec_bindings::onebot11::ReceiveSegment as Standard;
use botspec_bindings::onebot11::segments::receive as standard;
use botspec_bindings::onebot11::types::Flag;
use serde_json::Value;

use super::json_merge::{both, value};
use crate::plain_text::{card, in_words};
use crate::synthetic;
use crate::world::{Media, MessageElement, UserId, World};

/// The ways to report an element, the best one first: a dialect uses the first that it knows.
pub(super) fn ways(world: &World, reader: UserId, element: &MessageElement) -> Vec<Value> {
    match element {
        MessageElement::Image { .. }
        | MessageElement::Record { .. }
        | MessageElement::Video { .. }
        | MessageElement::File { .. } => {
            vec![media(world, element)]
        }
        MessageElement::Sticker { .. } => sticker(world, element),
        MessageElement::ContactUser(_)
        | MessageElement::ContactGroup(_)
        | MessageElement::Location { .. }
        | MessageElement::Share { .. } => {
            vec![standard_form(element), value(&ReceiveSegment::from(Json::new(card(element))))]
        }
        MessageElement::Face(id) => vec![face(id, PLAIN_FACE)],
        MessageElement::LargeFace(id) => vec![face(id, LARGE_FACE)],
        MessageElement::Shake | MessageElement::Xml(_) | MessageElement::Poke { .. } => vec![standard_form(element)],
        MessageElement::Parcel(id) => parcel(world, id),
        MessageElement::Buttons(labels) => vec![value(&buttons(labels))],
        MessageElement::Offer(id) => world.an_offer(id).map(|offer| value(&offered(offer))).into_iter().collect(),
        MessageElement::Reply(id) => {
            vec![value(&ReceiveSegment::from(Reply::new(i64::from(world.number_for(reader, *id)))))]
        }
        element => vec![value(&simple(element))],
    }
}

fn simple(element: &MessageElement) -> ReceiveSegment {
    match element {
        MessageElement::Text(text) => ReceiveSegment::text(text),
        MessageElement::At(user) => ReceiveSegment::at(*user),
        MessageElement::AtAll => ReceiveSegment::at(EVERYBODY),
        MessageElement::Rps(hand) => Rps::new(hand.to_string()).into(),
        MessageElement::Dice(eyes) => Dice::new(eyes.to_string()).into(),
        MessageElement::Forward(id) => ReceiveSegment::forward(id.as_str()),
        MessageElement::Json(data) => Json::new(data).into(),
        MessageElement::Markdown(content) => Markdown::new(content).into(),
        other => ReceiveSegment::text(in_words(other)),
    }
}

/// Who is called when everybody is.
const EVERYBODY: &str = "all";

fn media(world: &World, element: &MessageElement) -> Value {
    let (MessageElement::Image { file, .. }
    | MessageElement::Record { file, .. }
    | MessageElement::Video { file }
    | MessageElement::File { file }) = element
    else {
        return Value::Null;
    };
    let known = world.file(file).ok();
    let size = known.map_or(0, |known| known.size).to_string();
    let url = known.map(Media::url).unwrap_or_default();
    match element {
        MessageElement::Image { flash, summary, kind, .. } => {
            let rendered =
                Image::new(file.as_str()).summary(summary).sub_type(*kind).url(&url).file_size(size.as_str());
            let mut plain = standard::Image::new(file.as_str());
            plain.kind = flash.then_some(standard::ImageType::Flash);
            let other = llonebot::segments::receive::Image::new(file.as_str(), url, *kind, size);
            both(&both(&ReceiveSegment::from(rendered), &Standard::from(plain)), &Llonebot::from(other))
        }
        MessageElement::Record { magic, .. } => {
            let rendered = Record::new(file.as_str(), size).path("").url(url);
            let plain = standard::Record::new(file.as_str()).magic(if *magic { Flag::N1 } else { Flag::N0 });
            both(&ReceiveSegment::from(rendered), &Standard::from(plain))
        }
        MessageElement::Video { .. } => {
            value(&ReceiveSegment::from(Video::new(file.as_str()).file_size(size).url(url)))
        }
        _ => {
            let title = known.map_or(file.as_str(), |known| known.title.as_str());
            value(&ReceiveSegment::from(File::new(title, size).file_id(file.as_str()).url(url)))
        }
    }
}

/// A sticker out of the shop arrives as such, or as a picture.
fn sticker(world: &World, element: &MessageElement) -> Vec<Value> {
    let MessageElement::Sticker { package, id, key, summary } = element else { return Vec::new() };
    let url = synthetic::sticker(world, id);
    let sticker = llonebot::segments::receive::Mface::new(*package, id, key, &url).summary(summary);
    let mut image = Image::new(format!("{id}.gif")).summary(summary).url(url).sub_type(1).key(key).emoji_id(id);
    image.emoji_package_id = Some(*package);
    vec![value(&Llonebot::from(sticker)), value(&ReceiveSegment::from(image))]
}

/// A plain face, and one that is large and moves, in the numbers of QQ's client.
const PLAIN_FACE: i64 = 1;
pub(super) const LARGE_FACE: i64 = 3;

fn face(id: &str, kind: i64) -> Value {
    let other = llonebot::segments::receive::Face::new(id).sub_type(kind);
    both(&ReceiveSegment::from(Face::new(id)), &Llonebot::from(other))
}

/// Files that anybody with the link can fetch.
fn parcel(world: &World, id: &str) -> Vec<Value> {
    let title = world.parcel(id).map(|parcel| parcel.name.as_str()).unwrap_or_default();
    let named = llonebot::segments::receive::FlashFile::new(title, id, SCENE);
    vec![value(&ReceiveSegment::from(Flashtransfer::new(id))), value(&Llonebot::from(named))]
}

/// Where a transfer is shown, in the numbers of QQ's client.
const SCENE: i64 = 1;

fn buttons(labels: &[String]) -> Llonebot {
    let buttons = labels.iter().zip(1..).map(|(label, place)| button(label, place));
    let row = llonebot::segments::receive::KeyboardRowsItem::new(buttons.collect::<Vec<_>>());
    llonebot::segments::receive::Keyboard::new(vec![row]).into()
}

/// A button that shows its label, whoever presses it.
fn button(label: &str, place: i64) -> KeyboardButton {
    let anybody = KeyboardButtonActionPermission::new(EVERYBODY_PRESSES, Vec::new(), Vec::new());
    KeyboardButton::new(
        place.to_string(),
        KeyboardButtonRenderData::new(label, label, 1),
        KeyboardButtonAction::new(KeyboardButtonActionInit {
            kind: SAYS,
            permission: anybody,
            unsupport_tips: String::new(),
            data: label.to_owned(),
            reply: false,
            enter: true,
        }),
    )
}

/// A button that sends something, in the numbers of QQ's client.
const SAYS: i64 = 2;
/// A button that everybody may press.
const EVERYBODY_PRESSES: i64 = 2;

fn offered(offer: &crate::world::Offer) -> ReceiveSegment {
    let size = if offer.folder { String::new() } else { offer.size.to_string() };
    Onlinefile::new(OnlinefileInit {
        msg_id: offer.message.as_str().into(),
        element_id: offer.element.clone(),
        file_name: offer.name.clone(),
        file_size: size,
        is_dir: offer.folder,
    })
    .into()
}

/// The element as the standard reports it.
fn standard_form(element: &MessageElement) -> Value {
    let rendered: Standard = match element {
        MessageElement::Shake => Standard::shake(),
        MessageElement::Poke { kind, id } => Standard::poke(kind, id),
        MessageElement::Xml(data) => Standard::xml(data),
        MessageElement::ContactUser(user) => standard::Contact::Qq(standard::ContactQq::new(*user)).into(),
        MessageElement::ContactGroup(group) => standard::Contact::Group(standard::ContactGroup::new(*group)).into(),
        MessageElement::Location { lat, lon, title, content } => standard::Location::new(lat, lon)
            .title(title.as_deref().unwrap_or_default())
            .content(content.as_deref().unwrap_or_default())
            .into(),
        MessageElement::Share { url, title, content, image } => {
            let mut share = standard::Share::new(url, title);
            share.content.clone_from(content);
            share.image.clone_from(image);
            share.into()
        }
        other => Standard::text(in_words(other)),
    };
    value(&rendered)
}
