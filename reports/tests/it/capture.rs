//! Bodies are kept as text of bounded size.

use botspec_reports::record::Capture;

#[test]
fn a_short_body_is_kept_whole() {
    assert_eq!(Capture::new("early tea 🍵"), Capture::from_bytes("early tea 🍵".as_bytes()));
    assert_eq!(Capture::new("").omitted_bytes, 0);
}

#[test]
fn a_long_body_is_cut_between_characters() {
    let body = format!("x{}", "🍵".repeat(Capture::LIMIT / 2));
    for capture in [Capture::new(&body), Capture::from_bytes(body.as_bytes())] {
        assert!(body.starts_with(&capture.body));
        assert_eq!(capture.body.len(), Capture::LIMIT - 3);
        assert_eq!(capture.omitted_bytes, (body.len() - capture.body.len()) as u64);
    }
}

#[test]
fn a_body_of_exactly_the_limit_is_whole() {
    let body = "x".repeat(Capture::LIMIT);
    assert_eq!(Capture::from_bytes(body.as_bytes()), Capture { body, ..Capture::default() });
}

#[test]
fn bytes_that_are_not_text_are_shown_as_such() {
    assert_eq!(Capture::from_bytes(b"a\xff\xfeb\xe6").body, "a\u{fffd}\u{fffd}b\u{fffd}");
    let noise = Capture::from_bytes(&vec![0xff; 1024 * 1024]);
    assert!(noise.body.len() <= Capture::LIMIT);
    assert_eq!(noise.omitted_bytes + noise.body.chars().count() as u64, 1024 * 1024);
}
