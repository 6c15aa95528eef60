//! Every kind of page, judged by axe-core as it stands and with everything opened.

use std::path::Path;

use botspec_reports::diff::{Diff, diff_html};
use botspec_reports::{Analysis, Language, compare_html, report_html};
use botspec_schema::Catalog;
use botspec_schema::compare::compare;
use serde_json::json;

use crate::browser::{AT_A_DESK, Browser, Reader};
use crate::fixtures::every_verdict;
use crate::matrix;

/// What axe-core has against a page, in both languages and themes.
async fn judge(page: &mut Browser, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-tools/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `scripts/test-tools` installs it", path.display()));
    page.eval(&format!("{axe};0")).await;
    page.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })").await;
    for language in ["en", "zh"] {
        page.eval(&format!("document.querySelector('[data-set-lang={language}]').click()")).await;
        let found = page
            .eval("axe.run().then((it) => it.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))")
            .await;
        assert_eq!(found, json!([]), "{name} in {language}");
    }
}

#[tokio::test]
async fn pages_are_accessible() {
    let run = every_verdict();
    let analysis = Analysis::of(&run);
    let catalog = Catalog::builtin();
    let (from, to) = (catalog.dialect("onebot11").expect("a dialect"), catalog.dialect("milky").expect("a dialect"));
    let pages = [
        ("report", report_html(&run)),
        ("diff", diff_html(&Diff::of(&analysis, &analysis))),
        ("compare", compare_html(&compare(from, to), Language::En)),
    ];
    for (name, html) in pages {
        for dark in [false, true] {
            judge(&mut Browser::open(&html, Reader { dark, ..AT_A_DESK }).await, name).await;
        }
    }
}

#[tokio::test]
async fn the_site_is_accessible() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = matrix::made(&matrix::inputs());
    for path in ["index.html", "action/get_status.html", "implementation/examplebot.html", "move/index.html"] {
        judge(&mut matrix::open(folder.path(), &files, path, AT_A_DESK).await, path).await;
    }
}
