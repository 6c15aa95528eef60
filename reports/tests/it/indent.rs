//! Bodies on the page: indented where they are JSON, every token as it was sent.

use botspec_reports::record::{Capture, Difference, Finding, Verdict};
use botspec_reports::report_html;

use crate::fixtures::{found, run};

/// The body of a response as the page has it, with marked places in brackets `⟦…⟧`.
fn shown(capture: Capture, pointers: &[&str]) -> String {
    let difference =
        |pointer: &&str| Difference { pointer: (*pointer).to_owned(), expected: String::new(), found: String::new() };
    let differences = pointers.iter().map(difference).collect();
    let finding = Finding { response: Some(capture), differences, ..Finding::new("a", "b") };
    let page = report_html(&run(vec![found("onebot11/a/b", Verdict::Fail, finding)]));
    let (_, body) = page.split_once("<pre class=\"body\" tabindex=\"0\"><code>").expect("the page has a body");
    let (body, _) = body.split_once("</code>").expect("the body ends");
    body.replace("<mark>", "⟦")
        .replace("</mark>", "⟧")
        .replace("<span class=\"key\">", "")
        .replace("</span>", "")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn json_is_indented() {
    insta::assert_snapshot!(shown(Capture::new(r#"{"a":{"b":[1, true,{}],"c":[ ]},"d":"x, y: {z}"}"#), &[]), @r#"
    {
      "a": {
        "b": [
          1,
          true,
          {}
        ],
        "c": []
      },
      "d": "x, y: {z}"
    }
    "#);
}

#[test]
fn tokens_stay_as_they_were_sent() {
    let body = r#"{"big":12345678901234567890.1e+400,"big":-0.0,"s":"\u4e00\/\"\\","z":null}"#;
    let text = shown(Capture::new(body), &[]);
    assert_eq!(text.split_whitespace().collect::<String>(), body);
}

#[test]
fn what_is_not_json_stays_as_it_is() {
    for body in ["{a: 1}", "[1,]", "{\"a\":1} {", "plain, text", "{", "[1] "] {
        let text = shown(Capture::new(body), &[]);
        if body == "[1] " {
            assert_eq!(text, "[\n  1\n]");
        } else {
            assert_eq!(text, body);
        }
    }
}

#[test]
fn what_was_cut_is_indented_as_far_as_it_goes() {
    let cut = |body: &str| shown(Capture { omitted_bytes: 9, ..Capture::new(body) }, &[]);
    assert_eq!(cut(r#"{"a":[1,{"b":"c"#), "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"c");
    assert_eq!(cut("[[[]]]]]"), "[\n  [\n    []\n  ]\n]]]");
}

#[test]
fn the_places_that_differ_are_marked() {
    let body = r#"{"a/b":1,"list":[1,{"x~":"v","list":2}],"x":{"y":3},"x~":4}"#;
    let text = shown(Capture::new(body), &["/a~1b", "/list/1/x~0", "/x", "/list/0", "/none", ""]);
    insta::assert_snapshot!(text, @r#"
    {
      "a/b": ⟦1⟧,
      "list": [
        ⟦1⟧,
        {
          "x~": ⟦"v"⟧,
          "list": 2
        }
      ],
      "x": ⟦{⟧
        "y": 3
      },
      "x~": 4
    }
    "#);
}

#[test]
fn depth_is_no_danger() {
    let deep = format!("{}{}", "[".repeat(8_000), "]".repeat(8_000));
    let text = shown(Capture::new(&deep), &["/0/0/0"]);
    assert!(text.len() < 1024 * 1024, "{} bytes", text.len());
    assert_eq!(text.matches('⟦').count(), 1);
}
