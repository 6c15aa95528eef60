//! A target behind TLS, and whom its user has to name so that its certificate is trusted.

#[path = "../../conformance/tests/it/tls/proxy.rs"]
mod proxy;

use std::fs;

use tokio::runtime::Runtime;

use self::proxy::{Proxy, file};
use crate::harness::{Done, Running, arg, botspec, folder};

#[test]
fn a_target_with_a_certificate_of_its_own_is_checked_with_ca() {
    let mut served = Running::start(["serve", "--http", "0"]);
    let line = served.line();
    let (_, address) = line.split_once(": ").expect("a name and an address");
    let runtime = Runtime::new().expect("a runtime");
    let proxy = runtime.block_on(Proxy::before(address, "self-signed.pem"));
    let url = format!("https://localhost:{}", proxy.addr.port());
    let (folder, certificate) = (folder(), file("self-signed.pem"));
    let out = folder.path().join("out");
    let run = |extra: &[&str]| -> Done {
        let plain = ["run", "--http", &url, "--dialect", "onebot11", "--select", "*/action/get_status/*"];
        botspec(plain.into_iter().chain(["--out", arg(&out)]).chain(extra.iter().copied()))
    };
    let done = run(&["--ca", arg(&certificate)]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert!(done.out.contains(" passed"), "{}", done.out);
    let done = run(&[]);
    assert_eq!(done.code, Some(3), "{}", done.out);
    assert!(done.err.contains("name the file of its authority with --ca FILE"), "{}", done.err);
    let done = run(&["--ca", arg(&folder.path().join("gone.pem"))]);
    assert_eq!(done.code, Some(2), "{}", done.out);
    assert!(done.err.contains("--ca: cannot read") && done.err.contains("gone.pem"), "{}", done.err);
    let target = folder.path().join("bot.toml");
    let done =
        botspec(["init", "--http", &url, "--dialect", "onebot11", "--ca", arg(&certificate), "--out", arg(&target)]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let written = fs::read_to_string(&target).expect("a target file");
    assert!(written.contains("ca = ") && written.contains("self-signed.pem"), "{written}");
    let done = botspec(["doctor", "--target", arg(&target)]);
    assert_eq!(done.code, Some(0), "{}", done.err);
}
