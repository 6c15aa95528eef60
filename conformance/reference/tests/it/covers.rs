//! What stands on a merged forward that one account sends, as another sees it.
//!
//! Who speaks OneBot 11 receives the id of a forward alone. Milky reports what stands on it.

use botspec_reference::SharedWorld;
use serde_json::{Value, json};

use crate::harness::{ACTOR, Socket, TestServer, config_in};

const GROUP: i64 = 70_001;

/// A bot that sends, and somebody who looks at what comes.
struct Both {
    sender: TestServer,
    reader: TestServer,
    events: Socket,
}

impl Both {
    async fn new(dialect: &str) -> Self {
        let world = SharedWorld::seeded(1);
        let mut reading = config_in("milky");
        reading.account = Some(ACTOR);
        let (sender, reader) =
            (TestServer::of(config_in(dialect), &world).await, TestServer::of(reading, &world).await);
        let events = reader.ws("/event").await;
        Self { sender, reader, events }
    }

    /// What the other account receives of the forward that an action sends.
    async fn shown(&mut self, action: &str, params: Value) -> Value {
        self.sender.data(action, params).await;
        loop {
            let event = self.events.frame().await;
            let segment = &event["data"]["segments"][0];
            if segment["type"] == "forward" {
                return segment["data"].clone();
            }
        }
    }

    async fn done(self) {
        drop(self.events);
        self.sender.done().await;
        self.reader.done().await;
    }
}

fn node(name: &str, content: &Value) -> Value {
    json!({ "type": "node", "data": { "user_id": "30003", "nickname": name, "content": content } })
}

/// The parameters with what stands on the forward.
fn with(mut params: Value, cover: &Value) -> Value {
    let (params_of, cover) = (params.as_object_mut().expect("an object"), cover.as_object().expect("an object"));
    params_of.extend(cover.clone());
    params
}

/// The title, the lines and what stands below them.
fn words(shown: &Value) -> (Value, Value, Value) {
    (shown["title"].clone(), shown["preview"].clone(), shown["summary"].clone())
}

#[tokio::test]
async fn what_the_sender_wrote_stands_on_it_whichever_action_sends() {
    let cover = json!({
        "source": "Dinner",
        "news": [{ "text": "Chen: Soup" }, { "text": "and more" }],
        "summary": "Two of us",
        "prompt": "[Dinner]",
    });
    let written = (json!("Dinner"), json!(["Chen: Soup", "and more"]), json!("Two of us"));
    let nodes = json!([node("Chen", &json!("Soup"))]);
    for (dialect, also) in [("napcat", &["send_msg", "send_private_msg", "send_group_msg"][..]), ("llonebot", &[])] {
        let mut both = Both::new(dialect).await;
        let key = |action: &str| if action.contains("forward") { "messages" } else { "message" };
        let actions = ["send_forward_msg", "send_private_forward_msg", "send_group_forward_msg"];
        for action in actions.iter().chain(also) {
            let to = if action.contains("group") { json!({ "group_id": GROUP }) } else { json!({ "user_id": ACTOR }) };
            let params = with(to, &json!({ (key(action)): nodes }));
            assert_eq!(words(&both.shown(action, with(params, &cover)).await), written, "{dialect} {action}");
        }
        both.done().await;
    }
}

#[tokio::test]
async fn what_the_sender_did_not_write_is_as_usual() {
    for dialect in ["napcat", "llonebot"] {
        let mut both = Both::new(dialect).await;
        let params =
            json!({ "user_id": ACTOR, "messages": [node("Chen", &json!("Soup")), node("Lin", &json!("Bread"))] });
        let usual = words(&both.shown("send_forward_msg", params.clone()).await);
        assert_eq!(usual.1, json!(["Chen: Soup", "Lin: Bread"]), "{dialect}");
        for (cover, shown) in [
            (json!({ "source": "Dinner" }), (json!("Dinner"), usual.1.clone(), usual.2.clone())),
            (json!({ "news": [{ "text": "Food" }] }), (usual.0.clone(), json!(["Food"]), usual.2.clone())),
            (json!({ "summary": "Enough" }), (usual.0.clone(), usual.1.clone(), json!("Enough"))),
        ] {
            let sent = both.shown("send_forward_msg", with(params.clone(), &cover)).await;
            assert_eq!(words(&sent), shown, "{dialect} {cover}");
        }
        both.done().await;
    }
}

#[tokio::test]
async fn a_forward_in_a_forward_has_what_its_node_states() {
    for dialect in ["napcat", "llonebot"] {
        let mut both = Both::new(dialect).await;
        let mut inner = node("Lin", &json!([node("Chen", &json!("Soup"))]));
        inner["data"]["source"] = json!("Inside");
        inner["data"]["news"] = json!([{ "text": "A pot" }]);
        let params = json!({ "user_id": ACTOR, "messages": [inner], "source": "Outside" });
        let outside = both.shown("send_private_forward_msg", params).await;
        assert_eq!(outside["title"], "Outside", "{dialect}");
        let opened = json!({ "forward_id": outside["forward_id"] });
        let messages = both.reader.data("get_forwarded_messages", opened).await["messages"].clone();
        let inside = &messages[0]["segments"][0]["data"];
        assert_eq!((&inside["title"], &inside["preview"]), (&json!("Inside"), &json!(["A pot"])), "{dialect}");
        both.done().await;
    }
}
