//! `botspec run --snapshots` and `botspec snapshots`: what a build answers, held against the build before.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::{Done, arg, botspec, folder};

/// Runs some checks of the embedded implementation and compares them with the snapshots of a folder.
fn run(folder: &Path) -> Done {
    let (out, snapshots) = (folder.join("run"), folder.join("kept"));
    let checks = ["get_login_info", "get_status", "send_private_msg"].map(|name| format!("onebot11/action/{name}/**"));
    let select = checks.iter().flat_map(|glob| ["--select", glob]);
    let rest = ["--transport", "http", "--seed", "1", "--out", arg(&out), "--snapshots", arg(&snapshots)];
    botspec(["run", "--dialect", "onebot11"].into_iter().chain(select).chain(rest))
}

fn snapshot(folder: &Path, name: &str) -> PathBuf {
    folder.join("kept/onebot11").join(name)
}

/// Makes the snapshots those of another build, in which an answer had a field more, and one of another type.
fn make_older(folder: &Path) {
    let build = snapshot(folder, "build.json");
    let mut told: Value = serde_json::from_str(&fs::read_to_string(&build).expect("the build")).expect("JSON");
    told["version"] = json!("0.0.1");
    fs::write(&build, told.to_string()).expect("written");
    let login = snapshot(folder, "action/get_login_info.snap");
    let text = fs::read_to_string(&login).expect("a snapshot");
    let older = text.replace(
        "  \"ok/data/nickname\"",
        "  \"ok/data/level\": {\"type\":[\"integer\"],\"redacted\":\"varies\"},\n  \"ok/data/nickname\"",
    );
    assert_ne!(older, text, "{text}");
    fs::write(&login, older).expect("written");
}

#[test]
fn a_new_build_is_held_against_the_old_one() {
    let folder = folder();
    let first = run(folder.path());
    assert_eq!(first.code, Some(0), "{}\n{}", first.out, first.err);
    assert!(
        first.out.contains("new snapshots in") && first.out.contains("run once more on this build"),
        "{}",
        first.out
    );
    let login = snapshot(folder.path(), "action/get_login_info.snap");
    assert!(
        fs::read_to_string(&login)
            .expect("a snapshot")
            .contains("\"ok/data/user_id\": {\"type\":[\"integer\"],\"redacted\":\"user\"}")
    );

    let again = run(folder.path());
    assert_eq!(again.code, Some(0), "{}\n{}", again.out, again.err);
    assert!(!again.out.contains("Changed answers"), "{}", again.out);

    make_older(folder.path());
    let newer = run(folder.path());
    assert_eq!(newer.code, Some(1), "{}\n{}", newer.out, newer.err);
    let told = "action/get_login_info ok/data/level: gone; was integer";
    assert!(newer.out.contains(&format!("✕ {told}")), "{}", newer.out);

    let kept = folder.path().join("kept");
    let review = botspec(["snapshots", "review", arg(&kept)]);
    assert!(review.code == Some(0) && review.out.contains(told), "{}\n{}", review.out, review.err);
    let misspelt = botspec(["snapshots", "accept", arg(&kept), "action/get_login_inf"]);
    assert_eq!(misspelt.code, Some(2));
    assert!(misspelt.err.contains("closest: `action/get_login_info`"), "{}", misspelt.err);
    let record = folder.path().join("run");
    let diff = botspec(["report", "diff", arg(&record), arg(&record)]);
    assert!(diff.code == Some(1) && diff.out.contains(told), "{}\n{}", diff.out, diff.err);

    let rejected = botspec(["snapshots", "reject", arg(&kept)]);
    assert!(rejected.code == Some(0) && rejected.out.contains("1 rejected"), "{}\n{}", rejected.out, rejected.err);
    assert_eq!(run(folder.path()).code, Some(1), "what was rejected is told again");
    let accepted = botspec(["snapshots", "accept", arg(&kept), "action/*"]);
    assert!(accepted.code == Some(0) && accepted.out.contains("1 accepted"), "{}\n{}", accepted.out, accepted.err);
    let last = run(folder.path());
    assert_eq!(last.code, Some(0), "{}\n{}", last.out, last.err);
    let build = fs::read_to_string(snapshot(folder.path(), "build.json")).expect("the build");
    assert!(!build.contains("0.0.1"), "the snapshots are those of the new build: {build}");
}

#[test]
fn a_broken_snapshot_is_named_before_anything_is_sent() {
    let folder = folder();
    let broken = snapshot(folder.path(), "action/get_status.snap");
    fs::create_dir_all(broken.parent().expect("a folder")).expect("made");
    fs::write(&broken, "---\nexpression: action/get_status\n---\n{\n  \"ok\": {\"typ\": []}\n}\n").expect("written");
    let done = run(folder.path());
    assert_eq!(done.code, Some(2), "{}", done.out);
    assert!(done.err.contains("get_status.snap:5: unknown field `typ`"), "{}", done.err);
    assert!(!folder.path().join("run/record.ndjson").exists(), "nothing was run");
}
