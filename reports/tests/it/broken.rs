//! Records that cannot be read, and what their reader is told.

use std::fmt::Write as _;
use std::io::BufReader;

use botspec_reports::record;
use botspec_reports::record::MAX_LINE;

const HEADER: &str =
    r#"{"type":"header","format":1,"botspec_version":"0.1.0","dialect":"onebot11","target":{"name":"t"},"seed":1}"#;
const CHECK: &str = r#"{"type":"check","id":"a/b","dialect":"onebot11","transport":"ws","level":"MUST","verdict":"pass","duration_ms":1}"#;
const FOOTER: &str = r#"{"type":"footer","counts":{"pass":0}}"#;

fn lines(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

#[test]
fn a_broken_record_is_refused_with_its_line_and_what_to_do() {
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
            Ok(run) => panic!("{name}: read as {run:?}"),
            Err(error) => writeln!(told, "{name}:\n  {error}").expect("a string takes everything"),
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    let endless = std::io::Read::chain(HEADER.as_bytes(), std::io::Read::chain(&b"\n"[..], std::io::repeat(b'x')));
    let error = record::read(BufReader::new(endless)).expect_err("the line is too long");
    assert_eq!(
        error.to_string(),
        format!("line 2: longer than {MAX_LINE} bytes, which no record has; is it a record (record.ndjson)?")
    );
}

#[test]
fn what_is_not_known_may_be_nested_as_deep_as_it_likes() {
    let deep = format!(":1,\"new\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let run = record::read(lines(&[HEADER, &CHECK.replace(":1}", &deep)]).as_slice()).expect("the record reads");
    assert_eq!(run.checks.len(), 1);
}
