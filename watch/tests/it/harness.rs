//! A watch in this process, and two ends that exchange bytes.

use std::net::SocketAddr;
use std::path::Path;

use botspec_reports::record::{Check, Run, Transport, Verdict, read};
use botspec_watch::{Link, Outcome, Settings, Watch, WatchEvent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A watch over links to these addresses, with its record in a folder.
pub(crate) async fn watch(dialect: &str, folder: &Path, links: &[(Transport, SocketAddr)]) -> Watch {
    watch_with(Settings::new(dialect, folder), links).await
}

/// The same with settings.
pub(crate) async fn watch_with(settings: Settings, links: &[(Transport, SocketAddr)]) -> Watch {
    let links = links.iter().map(|(transport, upstream)| {
        let scheme = if matches!(transport, Transport::Ws | Transport::ReverseWs) { "ws" } else { "http" };
        Link::parse(*transport, &format!("127.0.0.1:0={scheme}://{upstream}")).expect("a link")
    });
    Watch::start(settings, links.collect()).await.expect("it starts")
}

/// Where the first link of a watch listens.
pub(crate) fn address(watch: &Watch) -> SocketAddr {
    watch.links().next().expect("a link").1
}

/// What a watch left.
pub(crate) struct Left {
    pub(crate) outcome: Outcome,
    pub(crate) run: Run,
    pub(crate) text: String,
    pub(crate) events: Vec<WatchEvent>,
}

impl Left {
    /// Ends a watch.
    pub(crate) async fn of(watch: Watch, folder: &Path) -> Self {
        let (outcome, events) = watch.stop().await;
        assert_eq!((outcome.defects, &outcome.not_written), (0, &None));
        let text = std::fs::read_to_string(folder.join("record.ndjson")).expect("a record");
        Self { outcome, run: read(text.as_bytes()).expect("a record"), text, events }
    }

    /// The labels of the checks that failed or warned.
    pub(crate) fn bad(&self) -> Vec<String> {
        let bad = self.run.checks.iter().filter(|check| check.verdict.is_bad());
        bad.map(|check| format!("{} {}", check.label(), summary(check))).collect()
    }

    /// The check of a label.
    #[track_caller]
    pub(crate) fn check(&self, label: &str) -> &Check {
        let all = || self.run.checks.iter().map(|it| format!("{} {}", it.label(), summary(it))).collect::<Vec<_>>();
        self.run.checks.iter().find(|it| it.label() == label).unwrap_or_else(|| panic!("no {label} in {:#?}", all()))
    }

    #[track_caller]
    pub(crate) fn passes(&self, label: &str) {
        let check = self.check(label);
        assert_eq!(check.verdict, Verdict::Pass, "{}", summary(check));
    }

    /// The texts of the notes.
    pub(crate) fn notes(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                WatchEvent::Note(text) => Some(text.en.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// What a check found.
pub(crate) fn summary(check: &Check) -> &str {
    check.finding.as_ref().map_or("", |finding| &finding.summary.en)
}

/// What a watch leaves of a connection on which this passes.
#[track_caller]
pub(crate) fn left_of(
    settings: impl FnOnce(&mut Settings),
    dialect: &str,
    transport: Transport,
    steps: &[(Side, Vec<u8>)],
) -> Left {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut set = Settings::new(dialect, folder.path());
    settings(&mut set);
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = listener.local_addr().expect("an address");
        let watch = watch_with(set, &[(transport, upstream)]).await;
        talk(Some(address(&watch)), &listener, steps).await;
        Left::of(watch, folder.path()).await
    })
}

/// Everything that the two ends of a connection got.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exchanged {
    pub(crate) by_server: Vec<u8>,
    pub(crate) by_client: Vec<u8>,
}

/// Has both ends send pieces, each behind the one before, and gives what each got until the end of the connection.
pub(crate) async fn talk(through: Option<SocketAddr>, listener: &TcpListener, steps: &[(Side, Vec<u8>)]) -> Exchanged {
    let to = through.unwrap_or(listener.local_addr().expect("an address"));
    let (client, server) = tokio::join!(TcpStream::connect(to), listener.accept());
    let (mut client, (mut server, _)) = (client.expect("a connection"), server.expect("a connection"));
    let mut got = Exchanged { by_server: Vec::new(), by_client: Vec::new() };
    for (side, bytes) in steps {
        let (from, to, into) = match side {
            Side::Client => (&mut client, &mut server, &mut got.by_server),
            Side::Server => (&mut server, &mut client, &mut got.by_client),
        };
        let mut read = vec![0; bytes.len()];
        let (sent, came) = tokio::join!(from.write_all(bytes), to.read_exact(&mut read));
        sent.expect("it is sent");
        came.expect("it comes");
        into.extend(read);
    }
    client.shutdown().await.expect("the client ends");
    server.read_to_end(&mut got.by_server).await.expect("the end comes");
    server.shutdown().await.expect("the server ends");
    client.read_to_end(&mut got.by_client).await.expect("the end comes");
    got
}

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}
