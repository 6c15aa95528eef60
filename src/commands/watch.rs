//! `botspec watch`: judges the traffic between a bot and an implementation.

mod view;

use std::path::Path;
use std::time::Duration;

use botspec_conformance::ExitCode;
use botspec_reports::record::Transport;
use botspec_reports::terminal;
use botspec_watch::{Link, Notice, Outcome, Settings, Watch};
use serde_json::json;
use tokio::runtime::Runtime;

use super::report::{self, RECORD};
use crate::cli::{FailOn, ListFormat, WatchArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::{interrupt, print, style};

use view::View;

/// Watches until it is interrupted; the exit code says what came of it where `--fail-on` asks.
pub(crate) fn watch(args: &WatchArgs) -> Result<u8, Failure> {
    let links = links(args)?;
    let runtime = Runtime::new().map_err(|error| Failure::usage(format!("no async runtime: {error}")))?;
    let outcome = runtime.block_on(run(args, links))?;
    finish(args, &outcome)
}

fn links(args: &WatchArgs) -> Result<Vec<Link>, Failure> {
    let named = [
        (Transport::Http, &args.http),
        (Transport::Ws, &args.ws),
        (Transport::ReverseWs, &args.reverse_ws),
        (Transport::Webhook, &args.webhook),
        (Transport::Sse, &args.sse),
    ];
    let mut links = Vec::new();
    for (transport, texts) in named {
        for text in texts {
            let link = Link::parse(transport, text);
            links.push(link.map_err(|error| Failure::usage(format!("--{transport} {error}")))?);
        }
    }
    if links.is_empty() {
        let example = "botspec watch --dialect napcat --ws 3101=ws://127.0.0.1:3001";
        return Err(Failure::usage(format!("name at least one link, such as `{example}`")));
    }
    Ok(links)
}

fn settings(args: &WatchArgs) -> Result<Settings, Failure> {
    let secret = args.secret.clone().or_else(|| std::env::var("BOTSPEC_TOKEN").ok().filter(|it| !it.is_empty()));
    Ok(Settings {
        name: args.name.clone(),
        private: args.private,
        secrets: secret.iter().cloned().collect(),
        webhook_secret: secret,
        max_calls: args.max_calls,
        version: args.version_of_target.clone(),
        command: command_line(),
        daily: args.daily,
        learn: args.learn.clone(),
        ..Settings::new(super::dialect(&args.dialect)?.name(), &args.out)
    })
}

/// The words of this command line without the secret.
fn command_line() -> Vec<String> {
    let mut words = vec!["botspec".to_owned()];
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        if word == "--secret" {
            given.next();
        } else if !word.starts_with("--secret=") {
            words.push(word);
        }
    }
    words
}

async fn run(args: &WatchArgs, links: Vec<Link>) -> Result<Outcome, Failure> {
    let watch = Watch::start(settings(args)?, links).await.map_err(|error| Failure::usage(error.to_string()))?;
    let lines: Vec<String> = watch.links().map(|(transport, addr, link)| served(transport, addr, link)).collect();
    // Whoever started this process waits for these lines.
    print::text(&lines.concat())?;
    let mut view = View::new(style::of_progress());
    let end = async {
        match args.seconds {
            Some(seconds) => tokio::select! {
                interrupted = interrupt::wait() => interrupted,
                () = tokio::time::sleep(Duration::from_secs(seconds)) => Ok(()),
            },
            None => interrupt::wait().await,
        }
    };
    tokio::pin!(end);
    let mut ticks = tokio::time::interval(view::TICK);
    loop {
        tokio::select! {
            ended = &mut end => {
                ended.map_err(|error| Failure::usage(format!("cannot wait for an interrupt: {error}")))?;
                break;
            }
            _ = ticks.tick() => {
                while let Some(notice) = watch.notice() {
                    take(&mut view, &notice);
                }
                view.status(watch.passed());
            }
        }
    }
    view.clear();
    let (outcome, notices) = watch.stop().await;
    notices.iter().for_each(|notice| take(&mut view, notice));
    Ok(outcome)
}

/// Shows a notice; a record that is whole gets its reports.
fn take(view: &mut View, notice: &Notice) {
    view.notice(notice);
    if let Notice::Recorded { folder } = notice
        && let Err(failure) = reports(folder)
    {
        view.line(&format!("botspec: {failure}"));
    }
}

fn reports(folder: &Path) -> Result<(), Failure> {
    report::write_all(&report::read(&folder.join(RECORD))?, folder)
}

fn served(transport: Transport, addr: std::net::SocketAddr, link: &Link) -> String {
    let scheme = if matches!(transport, Transport::Ws | Transport::ReverseWs) { "ws" } else { "http" };
    let path = link.upstream.path.trim_end_matches('/');
    format!("{transport}: {scheme}://{addr}{path} to {}\n", link.upstream.url)
}

fn finish(args: &WatchArgs, outcome: &Outcome) -> Result<u8, Failure> {
    if let Some(why) = &outcome.not_written {
        return Err(Failure::usage(why.clone()));
    }
    let code = match args.fail_on {
        _ if outcome.defects > 0 => ExitCode::Defect.code(),
        Some(FailOn::Must) if outcome.failed > 0 => FAILED,
        Some(FailOn::Should) if outcome.failed + outcome.warned > 0 => FAILED,
        _ => OK,
    };
    match args.format {
        ListFormat::Json => print::json(&json!({
            "counts": outcome.counts,
            "failed": outcome.failed,
            "warned": outcome.warned,
            "exit_code": code,
            "out": args.out,
        }))?,
        ListFormat::Text if args.daily => print::text(&format!("records: {}\n", args.out.display()))?,
        ListFormat::Text => {
            let run = report::read(&args.out.join(RECORD))?;
            let page = args.out.join("report.html");
            print::text(&terminal::summary(&run, style::of_stdout(), Some(&page.display().to_string())))?;
        }
    }
    Ok(code)
}
