//! Writing a record and reading it back.

use std::cell::RefCell;
use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use botspec_reports::record::{self, Ending, Run, Transport, Verdict, Writer, millis, rfc3339};

use crate::fixtures::{EVERY_VERDICT, check, every_verdict, header, read};

fn written(run: &Run) -> String {
    let mut writer = Writer::new(Vec::new(), &run.header).expect("a vector takes everything");
    for check in &run.checks {
        writer.check(check).expect("a vector takes everything");
    }
    let Some(footer) = &run.footer else { panic!("the run has a footer") };
    let (_, bytes) = writer
        .finish(footer.finished_at.clone(), footer.duration_ms, footer.requests)
        .expect("a vector takes everything");
    String::from_utf8(bytes).expect("a record is text")
}

#[test]
fn a_record_reads_back_and_is_written_the_same() {
    let run = every_verdict();
    assert_eq!(run.ending, Ending::Complete);
    assert!(Verdict::ALL.iter().all(|&verdict| run.counts()[verdict] > 0), "the fixture has every verdict");
    assert_eq!(written(&run), EVERY_VERDICT);
}

#[test]
fn every_line_is_flushed_whole() {
    struct Log<'a>(&'a RefCell<Vec<String>>);
    impl Write for Log<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            self.0.borrow_mut().push("flush".to_owned());
            Ok(())
        }
    }
    let log = RefCell::default();
    let mut writer = Writer::new(Log(&log), &header()).expect("the log takes everything");
    writer.check(&check("onebot11/a/b", Verdict::Pass)).expect("the log takes everything");
    let calls = log.borrow();
    assert_eq!(calls.len(), 4, "one write and one flush per line: {calls:?}");
    assert!(calls[0].starts_with(r#"{"type":"header""#) && calls[0].ends_with("}\n"));
    assert_eq!([&calls[1], &calls[3]], ["flush", "flush"]);
    assert!(calls[2].starts_with(r#"{"type":"check""#) && calls[2].ends_with("}\n"));
}

#[test]
fn a_cut_at_any_byte_keeps_the_lines_before_it() {
    let whole = every_verdict();
    let header_end = EVERY_VERDICT.find('\n').expect("the record has lines");
    for cut in header_end..EVERY_VERDICT.len() {
        let kept = &EVERY_VERDICT.as_bytes()[..cut];
        let run = record::read(kept).unwrap_or_else(|error| panic!("cut at byte {cut}: {error}"));
        // Without its line end alone, a line is whole.
        let lines = kept.split(|&byte| byte == b'\n').count() - 1
            + usize::from(EVERY_VERDICT.as_bytes()[cut] == b'\n' && kept.last() != Some(&b'\n'));
        let checks = (lines - 1).min(whole.checks.len());
        assert_eq!(run.checks, whole.checks[..checks], "cut at byte {cut}");
        assert_eq!(run.is_complete(), cut == EVERY_VERDICT.len() - 1, "cut at byte {cut}");
    }
}

#[test]
fn how_a_record_ends_is_told() {
    let lines: Vec<_> = EVERY_VERDICT.lines().collect();
    let ending = |text: &str| read(text).ending;
    assert_eq!(ending(&format!("{}\n{}\n", lines[0], lines[1])), Ending::NoFooter);
    assert_eq!(ending(&format!("{}\n{}\n{{\"type\":\"chec", lines[0], lines[1])), Ending::CutLine(3));
    let footer = lines[lines.len() - 1];
    assert_eq!(ending(&format!("{}\n{}\n{footer}\n", lines[0], lines[1])), Ending::CountsDiffer(24));
}

#[test]
fn the_least_that_a_record_can_say_is_read_and_what_is_new_is_ignored() {
    let run = read(
        "\u{feff}{\"type\":\"header\",\"format\":1,\"botspec_version\":\"9.9.9\",\"dialect\":\"onebot11\",\
         \"target\":{\"name\":\"t\",\"mood\":\"new\"},\"seed\":1,\"weather\":{\"is\":[\"new\"]}}\r\n\
         \n\
         {\"type\":\"check\",\"id\":\"onebot11/a/b\",\"dialect\":\"onebot11\",\"transport\":\"reverse-ws\",\
         \"level\":\"MAY\",\"verdict\":\"warn\",\"duration_ms\":3,\"finding\":{\"sentence\":{\"en\":\"a\"},\
         \"summary\":{\"en\":\"b\",\"fr\":\"c\"},\"smell\":1}}\r\n\
         {\"type\":\"footer\",\"counts\":{\"warn\":1,\"later\":5}}\r\n",
    );
    assert_eq!(run.ending, Ending::Complete);
    assert_eq!(run.checks[0].transport, Some(Transport::ReverseWs));
    assert_eq!(run.checks[0].label(), "onebot11/a/b @reverse-ws");
    assert_eq!(run.header.requirement_sets, []);
}

#[test]
fn times_are_written_as_people_and_programs_read_them() {
    let at = |seconds| rfc3339(UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!(at(0), "1970-01-01T00:00:00Z");
    assert_eq!(at(951_782_399), "2000-02-28T23:59:59Z");
    assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
    assert_eq!(at(1_709_208_000), "2024-02-29T12:00:00Z");
    assert_eq!(at(4_107_542_400), "2100-03-01T00:00:00Z");
    assert_eq!(rfc3339(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00Z");
    assert!((millis(Duration::from_nanos(1_234_567)) - 1.235).abs() < 1e-9);
}
