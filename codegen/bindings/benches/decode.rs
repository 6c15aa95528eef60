//! A message event of a group: decoded into the bindings, and into a value that knows nothing about it.
//!
//! `cargo bench -p botspec-bindings`

use botspec_bindings::onebot11::Event;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// A message as a build sends it: keys of its own beside those of the contract, and several kinds of segment.
const LONG: &str = r#"{"self_id":10001,"user_id":20002,"time":1767225600,"message_id":361878627,"message_seq":361878627,"real_id":361878627,"real_seq":"20472","message_type":"group","sender":{"user_id":20002,"nickname":"Lin","card":"Lin (cook)","role":"admin"},"raw_message":"[CQ:reply,id=51002][CQ:at,qq=all] look at this[CQ:at,qq=30003][CQ:image,file=E8C195761CEDA1D6.png,url=https://example.com/download?appid=1407&amp;fileid=abc]","font":14,"sub_type":"normal","message":[{"type":"reply","data":{"id":"51002"}},{"type":"at","data":{"qq":"all"}},{"type":"text","data":{"text":" look at this"}},{"type":"at","data":{"qq":"30003"}},{"type":"image","data":{"summary":"","file":"E8C195761CEDA1D6.png","sub_type":0,"url":"https://example.com/download?appid=1407&fileid=abc","file_size":"9299"}}],"message_format":"array","post_type":"message","group_id":70001}"#;

/// A message with nothing but a word in it.
const SHORT: &str = r#"{"time":1767225600,"self_id":10001,"post_type":"message","message_type":"group","sub_type":"normal","message_id":52003,"group_id":70001,"user_id":20002,"anonymous":null,"message":[{"type":"text","data":{"text":"hi"}}],"raw_message":"hi","font":0,"sender":{"user_id":20002,"nickname":"Lin","card":"","role":"member"}}"#;

const FRAMES: [(&str, &str); 2] = [("long", LONG), ("short", SHORT)];

fn frame(name: &str) -> &'static str {
    FRAMES.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text)
}

#[divan::bench(args = ["long", "short"])]
fn bindings(bencher: Bencher<'_, '_>, name: &str) {
    let text = frame(name);
    bencher.bench(|| Event::from_json(black_box(text)).expect("it decodes"));
}

#[divan::bench(args = ["long", "short"])]
fn value(bencher: Bencher<'_, '_>, name: &str) {
    let text = frame(name);
    bencher.bench(|| serde_json::from_str::<serde_json::Value>(black_box(text)).expect("it decodes"));
}
