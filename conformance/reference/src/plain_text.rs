//! Pieces of a message in plainer forms, for clients that cannot take more: as words, or as a card.

use serde_json::{Value, json};

use crate::world::MessageElement;

/// What stands for an element to somebody that cannot take it.
pub(crate) fn in_words(element: &MessageElement) -> String {
    let what = match element {
        MessageElement::Shake => "shake",
        MessageElement::Poke { .. } => "poke",
        MessageElement::Xml(_) | MessageElement::Json(_) => "card",
        MessageElement::Markdown(text) => return text.clone(),
        MessageElement::Buttons(_) => "buttons",
        MessageElement::Parcel(_) | MessageElement::Offer(_) | MessageElement::File { .. } => "file",
        _ => "message",
    };
    format!("[{what}]")
}

/// A message as people would read it who see nothing but text.
pub(crate) fn shown(element: &MessageElement) -> String {
    match element {
        MessageElement::Text(text) => text.clone(),
        MessageElement::At(user) => format!("@{user}"),
        MessageElement::AtAll => "@all".to_owned(),
        MessageElement::Image { .. } => "[image]".to_owned(),
        MessageElement::Record { .. } => "[record]".to_owned(),
        MessageElement::Video { .. } => "[video]".to_owned(),
        MessageElement::Reply(_) => "[reply]".to_owned(),
        MessageElement::Forward(_) => "[forward]".to_owned(),
        other => in_words(other),
    }
}

/// The card that something arrives as where it has no segment of its own.
pub(crate) fn card(element: &MessageElement) -> String {
    let (app, meta) = match element {
        MessageElement::ContactUser(user) => ("com.example.contact", json!({ "user": user })),
        MessageElement::ContactGroup(group) => ("com.example.contact", json!({ "group": group })),
        MessageElement::Location { lat, lon, title, content } => {
            ("com.example.map", json!({ "lat": lat, "lon": lon, "title": title, "content": content }))
        }
        MessageElement::Share { url, title, content, image } => {
            ("com.example.share", json!({ "url": url, "title": title, "content": content, "image": image }))
        }
        _ => ("com.example.card", Value::Null),
    };
    json!({ "app": app, "meta": meta }).to_string()
}
