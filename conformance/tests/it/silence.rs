//! A target that hangs or dies while it is checked: the run ends, says after which request, and nothing of it reads as green.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use botspec_conformance::{Adapter, Limits, RunConfig, RunStatus, Target};
use botspec_reports::record::{self, Verdict};
use botspec_reports::summary::{Figures, Outcome};
use botspec_reports::{Analysis, Format, report_json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::harness::recorded;

/// What a request that names this action does to the target.
const FATAL: &str = "get_group_member_list";

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// It takes connections and requests, and answers none of them.
    Hangs,
    /// It is gone: the connection ends, and nobody listens any more.
    Dies,
    /// It answers nothing but the plainest call any more, which it answers late.
    Stumbles,
}

struct Mortal {
    addr: std::net::SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mortal {
    async fn start(end: End) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let ended = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(async move {
            let mut serving = tokio::task::JoinSet::new();
            while !(end == End::Dies && ended.load(Ordering::Acquire)) {
                tokio::select! {
                    accepted = listener.accept() => {
                        let Ok((stream, _)) = accepted else { return };
                        serving.spawn(serve(stream, end, Arc::clone(&ended)));
                    }
                    Some(_) = serving.join_next() => {}
                }
            }
        });
        Self { addr, task }
    }

    fn target(&self) -> Target {
        let soon = Duration::from_millis(200);
        let mut target = Target::new("mortal", "onebot11");
        target.http = Some(Adapter::new(format!("http://{}", self.addr), None));
        target.limits = Limits {
            timeout: soon,
            event_timeout: soon,
            connect_timeout: soon * 2,
            concurrency: 1,
            cases: 1,
            ..Limits::fast()
        };
        target
    }
}

/// Answers one request, in the envelope of the dialect.
async fn serve(mut stream: TcpStream, end: End, ended: Arc<AtomicBool>) -> std::io::Result<()> {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        read.extend_from_slice(&buffer[..count]);
        let head = String::from_utf8_lossy(&read).into_owned();
        if !head.contains("\r\n\r\n") {
            continue;
        }
        if head.contains(FATAL) && end == End::Stumbles && !ended.swap(true, Ordering::AcqRel) {
            // One request and the next are not answered.
            return std::future::pending().await;
        }
        if head.contains(FATAL) && end != End::Stumbles {
            ended.store(true, Ordering::Release);
        }
        match end {
            End::Hangs if ended.load(Ordering::Acquire) => return std::future::pending().await,
            End::Dies if ended.load(Ordering::Acquire) => return Ok(()),
            _ => {}
        }
        let body = r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"Lin"}}"#;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
        return stream.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_goes_away_ends_the_run() {
    for end in [End::Hangs, End::Dies] {
        let mortal = Mortal::start(end).await;
        let mut target = mortal.target();
        target.fixtures.insert(botspec_schema::model::Fixture::Group, 70_001);
        target.fixtures.insert(botspec_schema::model::Fixture::Friend, 20_002);
        let mut config = RunConfig::new(target);
        config.selection.select = vec!["*/action/get_*/**".to_owned()];
        // Who is in the group is asked before the first check, so that the end comes there.
        config.selection.deselect = vec![format!("*/action/{FATAL}/**")];
        let (ran, written) = recorded(config).await;
        assert_eq!(ran.result.status, RunStatus::Stopped, "{end:?}: {:?}", ran.lines(|_| true));
        assert_eq!(ran.result.exit_code().code(), 3, "{end:?}");
        let [only] = &ran.lines(|verdict| verdict == Verdict::Fail)[..] else {
            panic!("{end:?}: one finding: {:?}", ran.lines(|_| true))
        };
        assert!(only.starts_with("fail onebot11/target/keeps-answering @http: after this request"), "{only}");
        let stopped = ran.result.stopped.as_ref().expect("why it ended");
        assert!(stopped.request.as_ref().is_some_and(|request| request.contains(FATAL)), "{stopped:?}");
        assert!(stopped.repeat.as_ref().is_some_and(|line| line.starts_with("curl ") && line.contains(FATAL)));

        let run = record::read(&written[..]).expect("the record reads");
        let figures = Figures::of(&run);
        assert_eq!((figures.outcome, figures.complete), (Outcome::Stopped, false));
        assert!(figures.not_run() > 50, "{}", figures.not_run());
        let analysis = Analysis::of(&run);
        for format in Format::ALL {
            let text = format.render(&analysis);
            for green in ["All selected checks", "tested checks passed", "No unexpected failure", "no failure"] {
                assert!(!text.contains(green), "{end:?} {format}: {text}");
            }
        }
        for format in [Format::Html, Format::Json, Format::Md, Format::Text] {
            assert!(format.render(&analysis).contains(FATAL), "{end:?} {format}");
        }
        assert!(report_json(&run).contains("\"stopped\""));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_comes_back_is_checked_to_the_end() {
    let mortal = Mortal::start(End::Stumbles).await;
    let mut target = mortal.target();
    target.fixtures.insert(botspec_schema::model::Fixture::Group, 70_001);
    let mut config = RunConfig::new(target);
    config.selection.select = vec!["*/action/get_login_info/*".to_owned(), "*/action/get_status/*".to_owned()];
    let (ran, _) = recorded(config).await;
    assert_eq!(ran.result.status, RunStatus::Finished, "{:?}", ran.lines(|_| true));
    assert!(ran.lines(|_| true).iter().all(|line| !line.contains("keeps-answering")), "one late answer is no silence");
}
