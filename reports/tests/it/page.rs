//! `report.html` in a real browser.

use botspec_reports::record::{Capture, Ending, Expectation, Finding, Run, Transport, Verdict};
use botspec_reports::report_html;
use serde_json::json;

use crate::browser::{AT_A_DESK, Browser, Reader};
use crate::fixtures::{check, every_verdict, found, run, waived};

/// How many checks the filter says that it shows.
const SHOWN: &str = "document.querySelector('.shown').textContent";

/// Sets a field of the filter as a hand would.
fn set(name: &str, value: &str) -> String {
    format!(
        "(() => {{ const field = document.querySelector('.filter')['{name}']; field.value = {value:?}; \
         field.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    )
}

async fn open(run: &Run, reader: Reader) -> Browser {
    Browser::open(&report_html(run), reader).await
}

#[tokio::test]
async fn the_page_asks_for_nothing_and_complains_of_nothing() {
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    // Everything there is gets opened and used once.
    page.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })").await;
    page.eval("document.querySelectorAll('button').forEach((one) => one.click())").await;
    assert!(page.complaints().is_empty(), "{:#?}", page.complaints());
    assert_eq!(page.requests(), [page.address()]);
}

#[tokio::test]
async fn failures_come_first_and_hold_what_is_needed() {
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    let headings = page.eval("[...document.querySelectorAll('main h2 > .en')].map((one) => one.textContent)").await;
    assert_eq!(
        headings,
        json!([
            "Failures",
            "Stale waivers",
            "Errors of botspec",
            "Warnings",
            "Not testable",
            "Expected by a waiver",
            "Worth knowing",
            "Not run",
            "Passed",
            "Requirements",
            "How it was run"
        ])
    );
    let first = "document.querySelector('main .finding')";
    assert_eq!(page.eval(&format!("{first}.open")).await, true, "the first failure stands open");
    let text = page.eval(&format!("{first}.innerText")).await;
    let text = text.as_str().expect("a text");
    for part in [
        "onebot11/action/get_msg/result",
        "The answer of get_msg has the shape that its contract says",
        "botuniverse/onebot-11 api/public.md § get_msg",
        "/data/sender/sex",
        "one of male, female, unknown",
        "string \"robot\"",
        "\"action\": \"get_msg\"",
        "websocat -n1 ws://127.0.0.1:3001/api",
        "botspec run --dialect onebot11",
        "77120045",
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
    let marked = page.eval(&format!("[...{first}.querySelectorAll('mark')].map((one) => one.textContent)")).await;
    assert_eq!(marked, json!(["\"-214748\"", "\"robot\""]), "the places that differ are marked in the response");
    page.eval(&format!("{first}.querySelector('.trace summary').click()")).await;
    let trace = page.eval(&format!("{first}.querySelector('.trace').innerText")).await;
    assert!(trace.as_str().is_some_and(|trace| trace.contains("heartbeat")), "{trace}");
}

#[tokio::test]
async fn the_filter_hides_and_shows() {
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    assert_eq!(page.eval(SHOWN).await, "24 of 24 shown");
    let cards = "document.querySelectorAll('.finding:not([hidden])').length";
    let all = page.eval(cards).await;

    page.eval(&set("text", "GET_MSG result")).await;
    assert_eq!(page.eval(SHOWN).await, "1 of 24 shown");
    assert_eq!(page.eval("[...document.querySelectorAll('main .group:not([hidden])')].length").await, 1);

    page.eval(&set("text", "get_login_info")).await;
    let row =
        "[...document.querySelectorAll('.fold .check')].find((row) => row.textContent.includes('get_login_info'))";
    assert_eq!(page.eval(&format!("{row}.checkVisibility()")).await, true, "a closed list opens for what matches");
    page.eval(&set("text", "nothing like that")).await;
    assert_eq!(page.eval("document.querySelector('.nothing').hidden").await, false);

    page.eval("document.querySelector('.reset').click()").await;
    page.eval("new Promise((done) => setTimeout(done))").await;
    assert_eq!(page.eval(SHOWN).await, "24 of 24 shown");
    assert_eq!(page.eval(cards).await, all);
    assert_eq!(page.eval(&format!("{row}.checkVisibility()")).await, false, "and closes again");

    page.eval(&set("transport", "ws")).await;
    assert_eq!(page.eval(SHOWN).await, "14 of 24 shown");
    page.eval(&set("level", "SHOULD")).await;
    assert_eq!(page.eval(SHOWN).await, "1 of 24 shown");
    page.eval(&set("transport", "")).await;
    page.eval(&set("level", "")).await;
    page.eval("document.querySelector('.verdict[data-verdict=warn]').click()").await;
    page.eval("document.querySelector('.verdict[data-verdict=untestable]').click()").await;
    assert_eq!(page.eval(SHOWN).await, "3 of 24 shown");
}

#[tokio::test]
async fn dark_follows_the_system_and_the_reader() {
    let background = "getComputedStyle(document.documentElement).backgroundColor";
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    let light = page.eval(background).await;
    page.eval("document.querySelector('[data-theme-toggle]').click()").await;
    let dark = page.eval(background).await;
    assert_ne!(light, dark);
    let mut page = open(&every_verdict(), Reader { dark: true, ..AT_A_DESK }).await;
    assert_eq!(page.eval(background).await, dark);
    page.eval("document.querySelector('[data-theme-toggle]').click()").await;
    assert_eq!(page.eval(background).await, light);
}

#[tokio::test]
async fn the_language_follows_the_browser_and_the_reader() {
    let mut page = open(&every_verdict(), Reader { language: "zh-CN", ..AT_A_DESK }).await;
    let title = "document.querySelector('h1').innerText.trim()";
    assert_eq!(page.eval(title).await, "不符合：3 个原因，2 项检查失败，1 条豁免已过期");
    assert_eq!(page.eval("document.documentElement.lang").await, "zh-CN");
    let should = "document.querySelector('.finding .should').innerText";
    assert_eq!(page.eval(should).await, "get_msg 的响应符合契约里写的形状。");
    page.eval("document.querySelector('[data-set-lang=en]').click()").await;
    assert_eq!(page.eval(title).await, "Not conformant: 3 causes in 2 failed checks, 1 stale waiver");
    assert_eq!(page.eval(should).await, "The answer of get_msg has the shape that its contract says.");
    assert_eq!(page.eval("document.querySelector('[data-set-lang=en]').ariaPressed").await, "true");
}

#[tokio::test]
async fn a_phone_shows_it_without_scrolling_sideways() {
    let mut run = every_verdict();
    let long = "w".repeat(400);
    let finding = Finding { request: Some(Capture::new(&long)), ..Finding::new(long.as_str(), long.as_str()) };
    run.checks.push(found(&format!("onebot11/{long}/{long}"), Verdict::Fail, finding));
    let mut page = open(&run, Reader { width: 360, ..AT_A_DESK }).await;
    for language in ["en", "zh"] {
        page.eval(&format!("document.querySelector('[data-set-lang={language}]').click()")).await;
        page.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })").await;
        assert_eq!(page.eval("document.documentElement.scrollWidth").await, 360, "{language}");
        let wide = "[...document.querySelectorAll('main *')].filter((one) => !one.closest('.hidden-label') && one.getBoundingClientRect().right > 361)\
                    .map((one) => one.outerHTML.slice(0, 120))";
        assert_eq!(page.eval(wide).await, json!([]), "{language}");
    }
}

#[tokio::test]
async fn what_a_target_sends_stays_text() {
    let evil = "</script></style><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\
                \u{202e}\u{1b}[31m 🍵 \u{0}";
    let finding = Finding {
        request: Some(Capture::new(evil).with_head(vec![evil.to_owned()])),
        response: Some(Capture { omitted_bytes: 0, body: format!("{{\"{evil}\":1,\"a\":"), head: Vec::new() }),
        repeat: vec![evil.to_owned()],
        ..Finding::new(evil, evil)
    };
    let mut run = run(vec![
        waived(found(&format!("onebot11/{evil}/b"), Verdict::Fail, finding.clone()), Expectation::Flaky),
        found(evil, Verdict::Fail, finding.clone()),
        found(evil, Verdict::Skip, finding),
        check(evil, Verdict::Pass),
    ]);
    run.header.target.name = evil.to_owned();
    run.header.target.version = Some(evil.to_owned());
    run.header.started_at = evil.to_owned();
    run.header.command = vec![evil.to_owned()];
    run.header.dialect = evil.to_owned();
    let mut page = open(&run, AT_A_DESK).await;
    page.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })").await;
    assert_eq!(page.eval("document.querySelectorAll('script, style, img').length").await, 4);
    let title = page.eval("document.title").await;
    assert!(title.as_str().is_some_and(|title| title.ends_with("· botspec")), "{title}");
    let text = page.eval("document.querySelector('.finding').innerText").await;
    let text = text.as_str().expect("a text");
    for part in ["<img src=x", "🍵", "‹U+202E›", "␛[31m", "␀"] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
    assert!(page.complaints().is_empty(), "{:#?}", page.complaints());
}

#[tokio::test]
async fn a_long_body_is_cut_with_a_note() {
    let megabyte = format!("{{\"text\":\"{}\"}}", "茶".repeat(350_000));
    let finding = Finding { response: Some(Capture::new(&megabyte)), ..Finding::new("a", "b") };
    let html = report_html(&run(vec![found("onebot11/a/b", Verdict::Fail, finding)]));
    assert!(html.len() < 200 * 1024, "{} bytes", html.len());
    let mut page = Browser::open(&html, AT_A_DESK).await;
    let notes = page.eval("[...document.querySelectorAll('.exchange .note .en')].map((one) => one.textContent)").await;
    assert_eq!(notes, json!(["48.0 KiB more are in the record.", "961.4 KiB more came and were not kept."]));
}

#[tokio::test]
async fn a_run_that_was_stopped_says_so() {
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    assert_eq!(page.eval("document.querySelectorAll('.incomplete').length").await, 0);
    let cut = Run { footer: None, ending: Ending::NoFooter, ..run(vec![check("onebot11/a/b", Verdict::Pass)]) };
    let mut page = open(&cut, AT_A_DESK).await;
    let told = page.eval("document.querySelector('.incomplete').innerText.trim()").await;
    assert_eq!(told, "Incomplete. The run was stopped before its end. What is missing here is not known to conform.");
    assert_eq!(
        page.eval("document.querySelector('h1').innerText.trim()").await,
        "Not finished: nothing has failed so far"
    );
}

/// Goes to a fragment and says whether what it names is seen.
async fn follow(page: &mut Browser, fragment: &str) -> serde_json::Value {
    page.eval(&format!(
        "new Promise((done) => {{
           addEventListener('hashchange', () => setTimeout(() => done(document.querySelector('.is-target')?.checkVisibility())));
           location.hash = {fragment:?};
         }})"
    ))
    .await
}

#[tokio::test]
async fn a_link_opens_its_check_and_its_cause() {
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    assert_eq!(follow(&mut page, "#onebot11/action/get_status/result@http").await, true);
    let target = page.eval("document.querySelector('.is-target').textContent").await;
    assert!(target.as_str().is_some_and(|text| text.contains("get_status/result")), "{target}");
    let last = "[...document.querySelectorAll('.finding')].at(-1)";
    let id = page.eval(&format!("{last}.id")).await;
    assert_eq!(follow(&mut page, &format!("#{}", id.as_str().expect("an id"))).await, true);
    assert_eq!(page.eval(&format!("{last}.open")).await, true);
}

/// What a target that fails everything leaves: few findings, many checks.
#[tokio::test]
async fn many_checks_are_filtered_while_one_types() {
    let mut checks: Vec<_> =
        (0..99_000).map(|n| check(&format!("onebot11/action/do_{}/random-{n}", n % 400), Verdict::Pass)).collect();
    checks.extend(
        (0..1000).map(|n| found(&format!("onebot11/action/do_{n}/result"), Verdict::Fail, Finding::new("a", "b"))),
    );
    let html = report_html(&run(checks));
    assert!(html.len() < 20 << 20, "{} bytes", html.len());
    let mut page = Browser::open(&html, AT_A_DESK).await;
    let rows = page.eval("document.querySelectorAll('li.check').length").await;
    assert!(rows.as_u64().is_some_and(|rows| rows < 5_000), "{rows} rows are laid out");
    page.eval(&set("text", "random-98999")).await;
    assert_eq!(page.eval(SHOWN).await, "1 of 100000 shown");
    page.eval(&set("text", "do_7/")).await;
    assert_eq!(page.eval(SHOWN).await, "249 of 100000 shown");
    page.eval("document.querySelector('.show-more:not([hidden])').click()").await;
    assert_eq!(page.eval("document.querySelectorAll('.fold:not(.checks):not([hidden]) li.check').length").await, 248);
}

#[tokio::test]
async fn everything_has_a_name_and_can_be_reached() {
    let mut page = open(&every_verdict(), AT_A_DESK).await;
    let nameless = "[...document.querySelectorAll('button, a, input, select, summary')]\
        .filter((one) => !one.hidden && !one.textContent.trim() && !one.labels?.[0]?.textContent.trim())\
        .map((one) => one.outerHTML)";
    assert_eq!(page.eval(nameless).await, json!([]));
    let levels = "[...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.tagName[1]))";
    let levels = page.eval(levels).await;
    let levels: Vec<_> = levels.as_array().expect("levels").iter().filter_map(serde_json::Value::as_u64).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "no level of heading is left out: {levels:?}");
    let ids = "(() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id); \
               return ids.length - new Set(ids).size; })()";
    assert_eq!(page.eval(ids).await, 0, "ids are unique");
}

/// The contrast of every piece of text with its ground (WCAG 2), the worst first, where it is less than 4.5.
const PALE: &str = r"(() => {
  const light = (c) => { const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map((v) => (v /= 255,
    v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  const found = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found[e.className + ' ' + e.tagName + ' ' + getComputedStyle(e).color] = ratio.toFixed(2); }
  return found; })()";

#[tokio::test]
async fn text_stands_out_from_its_ground() {
    for dark in [false, true] {
        let mut page = open(&every_verdict(), Reader { dark, ..AT_A_DESK }).await;
        page.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })").await;
        page.eval("document.querySelectorAll('.verdict').forEach((one) => one.click())").await;
        assert_eq!(page.eval(PALE).await, json!({}), "dark: {dark}");
    }
}

#[tokio::test]
async fn a_large_run_stays_one_page() {
    let mut checks = Vec::new();
    for number in 0..5000 {
        let mut one = check(&format!("onebot11/action/a{number}/result"), Verdict::Pass);
        one.transport = Some(if number % 2 == 0 { Transport::Http } else { Transport::Ws });
        checks.push(one);
    }
    let body = Capture::new(&"x".repeat(30_000));
    let finding =
        Finding { request: Some(body.clone()), response: Some(body), ..Finding::new("It should.", "It does not.") };
    for number in 0..2000 {
        checks.push(found(&format!("onebot11/action/b{number}/result"), Verdict::Fail, finding.clone()));
    }
    let html = report_html(&run(checks));
    assert!(html.len() < 20 * 1024 * 1024, "{} bytes", html.len());
    let mut page = Browser::open(&html, AT_A_DESK).await;
    page.eval(&set("text", "b1999")).await;
    assert_eq!(page.eval("document.querySelector('.shown').textContent").await, "1 of 7000 shown");
}
