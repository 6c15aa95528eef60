//! Dialects beside each other: what they share is the same type, and what differs is not.

use botspec_bindings::{Action, FromJson as _};
use botspec_bindings::{gocqhttp, llonebot, milky, napcat, onebot11};
use std::any::TypeId;

/// Whether two names stand for one type.
fn same<A: 'static, B: 'static>() -> bool {
    TypeId::of::<A>() == TypeId::of::<B>()
}

#[test]
fn what_dialects_of_a_family_share_is_one_type() {
    assert!(same::<onebot11::UserId, napcat::UserId>() && same::<napcat::UserId, llonebot::UserId>());
    assert!(same::<onebot11::actions::SetGroupName, gocqhttp::actions::SetGroupName>());
    assert!(same::<onebot11::SendMessage, gocqhttp::SendMessage>(), "the extensions add no segment");
    assert!(same::<onebot11::events::RequestFriend, gocqhttp::events::RequestFriend>());
}

#[test]
fn what_differs_is_apart() {
    assert!(!same::<onebot11::Event, gocqhttp::Event>(), "the extensions add events");
    assert!(!same::<gocqhttp::SendMessage, napcat::SendMessage>(), "NapCat has segments of its own");
    assert!(!same::<napcat::SendMessage, llonebot::SendMessage>());
    assert!(!same::<gocqhttp::actions::SendGroupMsg, napcat::actions::SendGroupMsg>(), "it holds a message");
    assert!(!same::<onebot11::UserId, milky::UserId>(), "another family");
}

/// Two names on the wire that differ in nothing but a mark in front.
#[test]
fn names_that_look_alike_are_told_apart() {
    use napcat::actions::{HiddenOcrImage, OcrImage};
    assert_eq!((OcrImage::NAME, HiddenOcrImage::NAME), ("ocr_image", ".ocr_image"));
}

/// Several answers with the same echo: which of them it is, the second constant tells.
#[test]
fn a_part_of_a_stream_is_told_by_what_differs() {
    use napcat::actions::DownloadFileStreamResponse as Part;
    let info = r#"{"type":"stream","data_type":"file_info","file_name":"a.bin","file_size":3,"chunk_size":65536}"#;
    let chunk =
        r#"{"type":"stream","data_type":"file_chunk","index":0,"data":"AAEC","size":3,"progress":100,"base64_size":4}"#;
    assert!(matches!(Part::from_json(info), Ok(Part::FileInfo(part)) if part.file_size == Some(3)));
    assert!(matches!(Part::from_json(chunk), Ok(Part::FileChunk(part)) if part.data.as_deref() == Some("AAEC")));
    let other = r#"{"type":"stream","data_type":"file_hash","hash":"x"}"#;
    assert!(matches!(Part::from_json(other), Ok(Part::Unknown(raw)) if raw.as_str() == other));
}

/// Whoever wants one dialect compiles that one, and of another only what it takes over.
#[test]
fn a_feature_brings_no_other_dialect() {
    let manifest = include_str!("../../Cargo.toml");
    let (_, features) = manifest.split_once("[features]").expect("features");
    let (features, _) = features.split_once("\n[").expect("something after them");
    for dialect in botspec_schema::Catalog::builtin().dialects() {
        let line = features.lines().find_map(|line| line.strip_prefix(&format!("{} = ", dialect.name())));
        assert_eq!(line, Some("[]"), "{}", dialect.name());
    }
    assert!(features.contains("\ndefault = []\n"), "who names no dialect gets none");
}
