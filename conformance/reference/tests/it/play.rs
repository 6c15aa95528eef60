//! Every event of a dialect happens when it is asked for.

use std::collections::BTreeMap;

use botspec_reference::{Heartbeat, PlayError, Played, Script, Server, ServerConfig, SharedWorld, spoken};
use botspec_schema::{Catalog, Kind};
use serde_json::json;

use crate::harness::{Socket, TestServer, config};

#[tokio::test]
async fn every_event_of_every_dialect_is_played_and_keeps_its_contract() {
    for name in spoken() {
        let dialect = Catalog::builtin().dialect(&name).expect("the dialect");
        let world = SharedWorld::seeded(1);
        let mut config = ServerConfig::new(&name).on_loopback().each(|adapter| {
            adapter.heartbeat = Heartbeat::Never;
            adapter.report_self = true;
        });
        config.verify = true;
        let server = Server::start(config, &world).await.expect("the server starts");
        let event_path = dialect.file.transports.ws.as_ref().map_or("", |ws| {
            let endpoint = ws.endpoints.iter().find(|endpoint| endpoint.role != botspec_schema::model::WsRole::Api);
            endpoint.map_or("", |endpoint| endpoint.paths[0].as_str())
        });
        let mut socket = Socket::open(&format!("ws://{}{event_path}", server.ws_addr().expect("WebSocket"))).await;
        let mut rendered: BTreeMap<Played, usize> = BTreeMap::new();
        for event in server.events() {
            let played = server.play(event).unwrap_or_else(|error| panic!("{name}: {error}"));
            *rendered.entry(played).or_default() += 1;
            let there = world.read(|world| world.accounts().all(|account| world.is_logged_in(account)));
            assert!(there, "{name}: after {event} an account is not there for what comes next");
            if played == Played::OnConnect {
                continue;
            }
            loop {
                let frame = socket.frame().await;
                let violations = dialect.check(Kind::Event, None, &frame).expect("an event that is known");
                assert!(violations.is_empty(), "{name}: {frame}: {violations:?}");
                if dialect.recognise_event(&frame).is_some_and(|seen| seen.name == event) {
                    break;
                }
            }
        }
        println!("{name}: {rendered:?}");
        assert!(
            rendered[&Played::Happened] > rendered.get(&Played::ExampleSent).copied().unwrap_or_default(),
            "{name}: {rendered:?}"
        );
        let defects = server.defects();
        assert!(defects.is_empty(), "{name}: {defects:#?}");
        drop(socket);
        server.shutdown().await;
    }
}

#[tokio::test]
async fn an_event_that_is_not_there_is_reported_so() {
    let server = TestServer::new().await;
    let error = server.server.play("notice.dance").expect_err("no such event");
    let (dialect, event) = ("onebot11".to_owned(), "notice.dance".to_owned());
    assert_eq!(error, PlayError::Unknown { dialect, event });
    server.done().await;
}

#[tokio::test]
async fn a_script_happens_in_its_order_when_somebody_is_there() {
    let server = TestServer::with(config()).await;
    let script = Script::parse(
        r#"{"step": "say", "params": {"from": "$friend", "text": "first"}}
           {"event": "notice.friend_recall"}
           {"step": "recall", "params": {"message": 1}}
           {"pause_ms": 1}
           {"event": "notice.dance"}
           {"step": "say", "params": {"from": "$friend", "text": "last"}}"#,
    );
    let script = script.expect("a script");
    let come = async {
        let mut socket = server.ws("/event").await;
        assert_eq!(socket.frame().await["sub_type"], "connect");
        socket
    };
    let (mut socket, ()) = tokio::join!(come, server.server.wait_connected());
    let mut trouble = Vec::new();
    script.run(&server.world, &server.server, |place, reason| trouble.push((place, reason))).await;
    assert_eq!(trouble.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [3, 5], "{trouble:?}");
    assert_eq!(socket.frame().await["raw_message"], "first");
    loop {
        let frame = socket.frame().await;
        if frame["raw_message"] == "last" {
            break;
        }
        assert!(frame["post_type"] == "message" || frame["notice_type"] == json!("friend_recall"), "{frame}");
    }
    server.done().await;
}
