//! Two runs compared, and the parts of one joined.

use std::io::Cursor;

use botspec_reports::diff::{Diff, diff_html, diff_markdown, diff_text};
use botspec_reports::merge::merge;
use botspec_reports::record::{Check, Finding, Partition, Run, Verdict, Writer};
use botspec_reports::{Analysis, Language, record};

use crate::fixtures::{check, every_verdict, found, run};

fn diff(old: &Run, new: &Run) -> Diff {
    Diff::of(&Analysis::of(old), &Analysis::of(new))
}

fn fails(id: &str) -> Check {
    found(id, Verdict::Fail, Finding::new("It works.", "it does not"))
}

#[test]
fn the_same_run_twice_is_no_change() {
    let run = every_verdict();
    let diff = diff(&run, &run);
    assert!(!diff.worse);
    assert_eq!(diff.headline().en, "Nothing got worse");
    assert_eq!(diff.unchanged, run.checks.len() as u64);
}

#[test]
fn what_got_worse_is_told_from_what_did_not() {
    let pass = |id: &str| check(id, Verdict::Pass);
    let skip = |id: &str| check(id, Verdict::Skip);
    let cases: [(&str, Vec<Check>, Vec<Check>, bool); 8] = [
        ("fails now", vec![pass("d/action/a/x")], vec![fails("d/action/a/x")], true),
        ("fixed", vec![fails("d/action/a/x")], vec![pass("d/action/a/x")], false),
        ("fails as before", vec![fails("d/action/a/x")], vec![fails("d/action/a/x")], false),
        ("coverage lost", vec![pass("d/action/a/x")], vec![skip("d/action/a/x")], true),
        ("coverage gained", vec![skip("d/action/a/x")], vec![pass("d/action/a/x")], false),
        ("was not judged, fails now", vec![skip("d/action/a/x")], vec![fails("d/action/a/x")], true),
        ("removed", vec![pass("d/action/a/x"), pass("d/action/a/y")], vec![pass("d/action/a/x")], true),
        ("warned now", vec![pass("d/a/x")], vec![found("d/a/x", Verdict::Warn, Finding::new("s", "t"))], true),
    ];
    for (name, old, new, worse) in cases {
        assert_eq!(diff(&run(old), &run(new)).worse, worse, "{name}");
    }
}

#[test]
fn a_check_of_newer_contracts_says_nothing_of_the_build() {
    let (mut old, mut new) = (
        run(vec![check("d/action/a/x", Verdict::Pass)]),
        run(vec![check("d/action/a/x", Verdict::Pass), fails("d/action/b/x")]),
    );
    old.header.contract_hash = "one".to_owned();
    new.header.contract_hash = "two".to_owned();
    let diff = diff(&old, &new);
    assert!(!diff.worse, "{diff:?}");
    assert_eq!(diff.added.len(), 1);
    assert!(diff.notes[0].en.contains("different contracts"));
}

#[test]
fn a_comparison_reads_well() {
    let mut old = every_verdict();
    old.checks.iter_mut().filter(|check| check.verdict == Verdict::Fail).for_each(|check| {
        check.verdict = Verdict::Pass;
        check.finding = None;
        check.expected = None;
    });
    let diff = diff(&old, &every_verdict());
    assert!(diff.worse);
    insta::assert_snapshot!("text", diff_text(&diff, Language::En));
    insta::assert_snapshot!("text in Chinese", diff_text(&diff, Language::Zh));
    insta::assert_snapshot!("markdown", diff_markdown(&diff, Language::En));
    let back: Diff = serde_json::from_str(&diff.json()).expect("the comparison reads");
    assert_eq!(back, diff);
    assert!(diff_html(&diff).contains("Newly failing checks"));
}

/// A record of these checks, as part of a run.
fn part(checks: &[Check], partition: Option<Partition>) -> (String, Cursor<Vec<u8>>) {
    let mut header = crate::fixtures::header();
    header.partition = partition;
    header.command = ["botspec", "run", "--partition", "1/2", "--seed", "1"].map(str::to_owned).to_vec();
    let mut writer = Writer::new(Vec::new(), &header).expect("a vector takes everything");
    for check in checks {
        writer.check(check).expect("a vector takes everything");
    }
    let (_, bytes) = writer.finish("2024-02-29T12:00:00Z".to_owned(), 5.0, 3).expect("a vector takes everything");
    (partition.map_or_else(|| "part".to_owned(), |it| it.to_string()), Cursor::new(bytes))
}

#[test]
fn parts_of_a_run_become_the_whole() {
    let checks: Vec<_> = (0..40).map(|n| check(&format!("d/action/a{n}/x"), Verdict::Pass)).collect();
    let mut parts: Vec<_> = (1..=3)
        .map(|number| {
            let partition = Partition { number, of: 3 };
            let own: Vec<_> = checks.iter().filter(|check| partition.has(&check.id)).cloned().collect();
            assert!(!own.is_empty(), "a part is not empty");
            part(&own, Some(partition))
        })
        .collect();
    let mut bytes = Vec::new();
    let footer = merge(&mut parts, &mut bytes).expect("the parts fit");
    assert_eq!((footer.counts.pass, footer.requests), (40, 9));
    let whole = record::read(bytes.as_slice()).expect("the whole reads");
    assert!(whole.is_complete());
    assert_eq!((whole.header.partition, whole.checks.len()), (None, 40));
    assert_eq!(whole.header.command.join(" "), "botspec run --seed 1");

    parts.remove(1);
    let error = merge(&mut parts, &mut Vec::new()).expect_err("a part is missing");
    assert_eq!(error.to_string(), "missing: partition 2/3");
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let one = || part(&[check("d/a/x", Verdict::Pass)], None);
    let message = |parts: &mut Vec<(String, Cursor<Vec<u8>>)>| {
        merge(parts, &mut Vec::new()).expect_err("they do not fit").to_string()
    };
    assert_eq!(message(&mut vec![one(), one()]), "part: `d/a/x` is in part too; are both the same part?");
    let (name, bytes) = one();
    let text = String::from_utf8(bytes.into_inner()).expect("text");
    let other = |from: &str, to: &str| (name.clone(), Cursor::new(text.replace(from, to).into_bytes()));
    assert_eq!(
        message(&mut vec![one(), other("\"contract_hash\":\"\"", "\"contract_hash\":\"x\"")]),
        "part: its contract hash differs from that of part; only parts of one run are merged"
    );
    let cut = text.lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(
        message(&mut vec![("cut".to_owned(), Cursor::new(cut.into_bytes()))]),
        "cut: incomplete: The run was stopped before its end; run it again"
    );
    assert_eq!(message(&mut Vec::new()), "no record to merge");
}

#[test]
fn a_partition_is_written_as_a_fraction() {
    assert_eq!("2/8".parse(), Ok(Partition { number: 2, of: 8 }));
    for wrong in ["0/8", "9/8", "2", "2/0", "a/b", ""] {
        assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
    }
}
