//! The page in a real browser.

use std::fs;
use std::process::Command;

use botspec_schema::compare::{Language, html};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::pair::pair;

/// What is asked of the page; the answer becomes its only text. The policy of the page would not let this run, so it is
/// taken out for the test.
const QUESTIONS: &str = r##"<script>addEventListener("load", () => {
  const shown = (selector) => [...document.querySelectorAll(selector)].some((it) => it.getClientRects().length > 0);
  const languages = () => ({ en: shown("main.in-en"), zh: shown("main.in-zh"), word: shown("span.in-zh") });
  const answer = { first: languages() };
  document.querySelector(answer.first.en ? "#zh" : "#en").click();
  answer.other = languages();
  answer.breaks = shown("section.breaks");
  document.querySelector("#breaks").click();
  answer.hidden = !shown("section.breaks") && shown("section.misses");
  document.querySelector("#breaks").click();
  answer.fits = document.documentElement.scrollWidth <= innerWidth;
  answer.width = innerWidth;
  answer.dark = getComputedStyle(document.body).backgroundColor;
  document.body.textContent = JSON.stringify(answer);
});</script>"##;

fn ask(language: Language, width: u32) -> Value {
    let folder = TempDir::new().expect("a folder");
    let page = folder.path().join("page.html");
    let text = html(&pair(), language);
    let (before, rest) = text.split_once("<meta http-equiv").expect("a policy");
    let (_, after) = rest.split_once(">\n").expect("its end");
    fs::write(&page, format!("{before}{QUESTIONS}{after}")).expect("the page can be written");
    let program = ["chromium", "chromium-browser", "google-chrome"];
    let found = program.iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    // Windows of a headless browser are not narrower than 500 pixels, so the page stands in a frame.
    let frame = folder.path().join("frame.html");
    let inner = format!(
        r#"<iframe src="page.html" style="width:{width}px;height:900px;border:0"></iframe>
        <script>addEventListener("load", () => {{
          const inner = document.querySelector("iframe").contentDocument;
          document.title = "asked"; document.body.textContent = inner.body.textContent;
        }});</script>"#
    );
    fs::write(&frame, inner).expect("the frame can be written");
    let output = Command::new(found.expect("scripts/test installs a browser"))
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"])
        .args(["--allow-file-access-from-files", "--disable-background-networking", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", frame.display()))
        .output()
        .expect("the browser runs");
    let dom = String::from_utf8_lossy(&output.stdout);
    let (start, end) = (dom.find('{').expect("an answer"), dom.rfind('}').expect("an answer"));
    serde_json::from_str(&dom[start..=end]).unwrap_or_else(|error| panic!("{error}: {dom}"))
}

#[test]
fn one_language_is_shown_at_a_time_and_levels_can_be_hidden() {
    for (language, width) in [(Language::En, 1200), (Language::Zh, 390)] {
        let (en, zh) =
            (json!({ "en": true, "zh": false, "word": false }), json!({ "en": false, "zh": true, "word": true }));
        let answer = ask(language, width);
        let (first, other) = if language == Language::En { (en, zh) } else { (zh, en) };
        assert_eq!(answer["first"], first);
        assert_eq!(answer["other"], other);
        assert_eq!((&answer["breaks"], &answer["hidden"]), (&json!(true), &json!(true)));
        assert_eq!((&answer["fits"], &answer["width"]), (&json!(true), &json!(width)), "{answer}");
    }
}
