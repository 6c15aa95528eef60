//! The forms of a report by name, and reports of records that somebody damaged.

use botspec_reports::{Analysis, Format, record};

use crate::fixtures::{EVERY_VERDICT, every_verdict};

#[test]
fn every_form_has_a_name_that_finds_it() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
        assert!(!format.render(&Analysis::of(&every_verdict())).is_empty());
    }
    let error = "pdf".parse::<Format>().expect_err("there is no such form");
    assert_eq!(
        error.to_string(),
        "unknown format `pdf`, expected one of html, json, junit, md, ctrf, badge-json, badge-svg, annotations, text"
    );
}

#[test]
fn a_damaged_record_is_refused_or_rendered() {
    let mut read = 0;
    for (number, byte) in [0xff, b'"', b'{', b'\n', b'9', b'e', b'-'].into_iter().cycle().enumerate().take(2000) {
        let mut bytes = EVERY_VERDICT.as_bytes().to_vec();
        let at = number * 7919 % bytes.len();
        bytes[at] = byte;
        if let Ok(run) = record::read(bytes.as_slice()) {
            read += 1;
            for format in Format::ALL {
                format.render(&Analysis::of(&run));
            }
        }
    }
    assert!((100..1900).contains(&read), "some are refused and some are read: {read}");
}
