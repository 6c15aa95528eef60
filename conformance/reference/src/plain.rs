//! Pieces of a message in plainer forms, for those who cannot be told more: as words, or as a card.

use serde_json::{Value, json};

use crate::world::Piece;

/// What is said of a piece to somebody who cannot be told it.
pub(crate) fn in_words(piece: &Piece) -> String {
    let what = match piece {
        Piece::Shake => "shake",
        Piece::Poke { .. } => "poke",
        Piece::Xml(_) | Piece::Json(_) => "card",
        Piece::Markdown(text) => return text.clone(),
        Piece::Buttons(_) => "buttons",
        Piece::Parcel(_) | Piece::Offer(_) | Piece::File { .. } => "file",
        _ => "message",
    };
    format!("[{what}]")
}

/// The card that something arrives as where it has no segment of its own.
pub(crate) fn card(piece: &Piece) -> String {
    let (app, meta) = match piece {
        Piece::ContactUser(user) => ("com.example.contact", json!({ "user": user })),
        Piece::ContactGroup(group) => ("com.example.contact", json!({ "group": group })),
        Piece::Location { lat, lon, title, content } => {
            ("com.example.map", json!({ "lat": lat, "lon": lon, "title": title, "content": content }))
        }
        Piece::Share { url, title, content, image } => {
            ("com.example.share", json!({ "url": url, "title": title, "content": content, "image": image }))
        }
        _ => ("com.example.card", Value::Null),
    };
    json!({ "app": app, "meta": meta }).to_string()
}
