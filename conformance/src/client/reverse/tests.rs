//! Which of several connections is used.

use botspec_schema::Catalog;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::*;

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn spoken() -> &'static ReverseWsTransport {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    dialect.file.transports.reverse_ws.as_ref().expect("reverse WebSocket")
}

fn listening() -> Reverse {
    let listen = Listen::on_loopback(None).expect("a free port");
    Reverse::start(&listen, spoken(), &Limits::fast()).expect("it listens")
}

/// Connects as a role does, and waits until that is known.
async fn connect(reverse: &Reverse, role: WsRole, path: &str) -> Client {
    let url = format!("ws://{}{path}", reverse.addr);
    let mut request = url.into_client_request().expect("an address");
    let word = spoken().roles[&role].parse().expect("a word");
    let header: tokio_tungstenite::tungstenite::http::HeaderName = spoken().role_header.parse().expect("a header");
    request.headers_mut().insert(header, word);
    let (client, _) = connect_async(request).await.expect("a handshake");
    let is_there = |state: &State| state.open.iter().any(|it| it.attempt.path == path).then_some(());
    reverse.wait_for(soon(), is_there).await.expect("the connection is known");
    client
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// Where the connection came in that is used for a role.
async fn used(reverse: &Reverse, role: WsRole) -> String {
    reverse.wait(role, soon()).await.expect("a connection").attempt.path.clone()
}

/// Ends a connection, and waits until that is known.
async fn leave(reverse: &Reverse, mut client: Client, path: &str) {
    let left = reverse.open().into_iter().find(|it| it.attempt.path == path).expect("the connection");
    client.close(None).await.expect("a close");
    let frames = &left.client.frames;
    assert!(matches!(frames.wait(frames.cursor(), soon(), |_| false).await, Err(Some(_))), "its end is known");
}

#[tokio::test]
async fn of_connections_of_a_role_the_newest_is_used_as_long_as_it_stands() {
    let reverse = listening();
    for role in [WsRole::Universal, WsRole::Api, WsRole::Event] {
        let _first = connect(&reverse, role, "/first").await;
        assert_eq!(used(&reverse, role).await, "/first");
        let second = connect(&reverse, role, "/second").await;
        assert_eq!(used(&reverse, role).await, "/second");
        let third = connect(&reverse, role, "/third").await;
        assert_eq!(used(&reverse, role).await, "/third");
        leave(&reverse, third, "/third").await;
        assert_eq!(used(&reverse, role).await, "/second", "who left is not used");
        leave(&reverse, second, "/second").await;
        assert_eq!(used(&reverse, role).await, "/first");
        let open = reverse.open().pop().expect("the first");
        reverse.end(open).await;
    }
}

#[tokio::test]
async fn who_comes_late_is_waited_for() {
    let reverse = listening();
    reverse.refuse(1);
    let coming = async {
        let refused = connect_async(format!("ws://{}/refused", reverse.addr)).await;
        assert!(matches!(refused, Err(Error::Http(_))), "{refused:?}");
        connect(&reverse, WsRole::Universal, "/late").await
    };
    let (used, _client) = tokio::join!(used(&reverse, WsRole::Api), coming);
    assert_eq!(used, "/late");
}

#[tokio::test]
async fn a_connection_of_just_the_role_goes_before_a_newer_one_for_everything() {
    let reverse = listening();
    let _everything = connect(&reverse, WsRole::Universal, "/everything").await;
    assert_eq!(used(&reverse, WsRole::Api).await, "/everything");
    let calls = connect(&reverse, WsRole::Api, "/calls").await;
    let _again = connect(&reverse, WsRole::Universal, "/again").await;
    assert_eq!(used(&reverse, WsRole::Api).await, "/calls");
    assert_eq!(used(&reverse, WsRole::Event).await, "/again");
    leave(&reverse, calls, "/calls").await;
    assert_eq!(used(&reverse, WsRole::Api).await, "/again");
}
