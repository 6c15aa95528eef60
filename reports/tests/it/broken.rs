//! Records that cannot be read, and what their reader is told.

use std::fmt::Write as _;
use std::io::BufReader;

use botspec_reports::record;
use botspec_reports::record::{Ending, MAX_LINE};

const HEADER: &str =
    r#"{"type":"header","format":1,"botspec_version":"0.1.0","dialect":"onebot11","target":{"name":"t"},"seed":1}"#;
const CHECK: &str = r#"{"type":"check","id":"a/b","dialect":"onebot11","transport":"ws","level":"MUST","verdict":"pass","duration_ms":1}"#;
const FOOTER: &str = r#"{"type":"footer","counts":{"pass":0}}"#;

fn lines(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

#[test]
fn a_broken_record_is_reported_with_its_line_and_what_to_do() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty file", Vec::new()),
        ("blank lines only", b"\n\n  \n".to_vec()),
        ("cut in the header", HEADER.as_bytes()[..70].to_vec()),
        ("cut in the first bytes", b"{\"ty".to_vec()),
        ("no header", lines(&[CHECK])),
        ("footer only", lines(&[FOOTER])),
        ("not JSON", lines(&[HEADER, "pass: get_msg"])),
        ("not JSON at all", lines(&["<!doctype html>"])),
        ("an array", lines(&[HEADER, "[1]"])),
        ("no type", lines(&[HEADER, r#"{"id":"a/b"}"#])),
        ("unknown type", lines(&[HEADER, CHECK, r#"{"type":"remark"}"#])),
        ("unknown type first", lines(&[r#"{"type":"package"}"#])),
        ("cut line in the middle", lines(&[HEADER, &CHECK[..50], CHECK])),
        ("unknown verdict", lines(&[HEADER, &CHECK.replace("pass", "maybe")])),
        ("unknown transport", lines(&[HEADER, &CHECK.replace("\"ws\"", "\"pigeon\"")])),
        ("key left out", lines(&[HEADER, &CHECK.replace(r#""level":"MUST","#, "")])),
        ("wrong type of a key", lines(&[HEADER, &CHECK.replace(":1}", ":\"1\"}")])),
        ("second header", lines(&[HEADER, CHECK, HEADER])),
        ("after the footer", lines(&[HEADER, FOOTER, CHECK])),
        ("newer format", lines(&[&HEADER.replace("\"format\":1", "\"format\":2")])),
        ("invalid UTF-8", [lines(&[HEADER]), b"{\"type\":\"check\",\"id\":\"\xff\"}\n".to_vec()].concat()),
        ("compressed", b"\x1f\x8b\x08\x00\n".to_vec()),
    ];
    let mut told = String::new();
    for (name, bytes) in cases {
        match record::read(bytes.as_slice()) {
            Ok(run) => {
                assert!(!run.is_complete() && !run.defects.is_empty(), "{name}: read as {run:?}");
                writeln!(told, "{name}: {} checks", run.checks.len()).expect("a string takes everything");
                for defect in &run.defects.first {
                    writeln!(told, "  {defect}").expect("a string takes everything");
                }
            }
            Err(error) => writeln!(told, "{name}: refused\n  {error}").expect("a string takes everything"),
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    let endless = std::io::Read::chain(HEADER.as_bytes(), std::io::Read::chain(&b"\n"[..], std::io::repeat(b'x')));
    let run = record::read(BufReader::new(endless)).expect("the header reads");
    assert_eq!(
        run.defects.first,
        [format!("line 2: longer than {MAX_LINE} bytes, which no record has; is it a record (record.ndjson)?")]
    );
}

#[test]
fn what_is_not_known_may_be_nested_as_deep_as_it_likes() {
    let deep = format!(":1,\"new\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let run = record::read(lines(&[HEADER, &CHECK.replace(":1}", &deep)]).as_slice()).expect("the record reads");
    assert_eq!(run.checks.len(), 1);
}

#[test]
fn what_stands_after_a_line_that_is_too_long_is_read() {
    let long = "x".repeat(MAX_LINE + 10);
    let run = record::read(lines(&[HEADER, &long, CHECK]).as_slice()).expect("the record reads");
    assert_eq!((run.checks.len(), run.ending), (1, Ending::LinesLeftOut(1)));
}

#[test]
fn a_check_that_stands_twice_is_reported() {
    let other = CHECK.replace("\"ws\"", "\"http\"");
    let run = record::read(lines(&[HEADER, CHECK, &other, CHECK]).as_slice()).expect("the record reads");
    assert_eq!(run.defects.duplicates, 1);
    assert_eq!(run.defects.first, ["`a/b @ws` stands in the record more than once"]);
}

#[test]
fn the_evidence_of_a_target_that_fails_everything_is_bounded() {
    let body = "x".repeat(60 * 1024);
    let failed = |number: usize| {
        format!(
            r#"{{"type":"check","id":"a/b/c{}/d","dialect":"a","transport":null,"level":"MUST","verdict":"fail","duration_ms":1,"finding":{{"sentence":{{"en":"s"}},"summary":{{"en":"t"}},"response":{{"body":"{body}"}}}}}}"#,
            number % 10
        )
    };
    let text = std::iter::once(HEADER.to_owned()).chain((0..2000).map(failed)).collect::<Vec<_>>().join("\n");
    let run = record::read(text.as_bytes()).expect("the record reads");
    let held: usize =
        run.checks.iter().filter_map(|it| it.finding.as_ref()?.response.as_ref()).map(|it| it.body.len()).sum();
    assert_eq!(run.checks.len(), 2000, "every check is kept");
    assert!((12 << 20..25 << 20).contains(&(held + body.len())), "{held} bytes");
    assert!(run.checks.iter().any(|it| it.finding.as_ref().is_some_and(|it| it.evidence_left_out)));
}
