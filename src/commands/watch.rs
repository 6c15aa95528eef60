//! `botspec watch`: judges the traffic between bots and implementations.

mod plan;
mod view;

use std::path::{Path, PathBuf};
use std::time::Duration;

use botspec_conformance::ExitCode;
use botspec_reports::record::Transport;
use botspec_reports::{Analysis, terminal};
use botspec_watch::{Link, Outcome, Watch, WatchEvent};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::report::{self, RECORD};
use crate::cli::{FailOn, ListFormat, WatchArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::{interrupt, print, style};

use plan::Plan;
pub(crate) use plan::WatchTable;
use view::View;

/// Watches until it is interrupted; the exit code shows what was found where `--fail-on` asks.
pub(crate) fn watch(args: &WatchArgs) -> Result<u8, Failure> {
    let plans = Plan::all(args)?;
    let runtime = Runtime::new().map_err(|error| Failure::usage(format!("no async runtime: {error}")))?;
    let folders: Vec<PathBuf> = plans.iter().map(|plan| plan.settings.out.clone()).collect();
    let outcomes = runtime.block_on(run(args, plans))?;
    finish(args, &folders, &outcomes)
}

async fn run(args: &WatchArgs, plans: Vec<Plan>) -> Result<Vec<Outcome>, Failure> {
    let mut watches = Vec::new();
    for Plan { settings, links } in plans {
        watches.push(Watch::start(settings, links).await.map_err(|error| Failure::usage(error.to_string()))?);
    }
    let lines = watches.iter().flat_map(Watch::links).map(|(transport, addr, link)| served(transport, addr, link));
    // Whoever started this process waits for these lines.
    print::text(&lines.collect::<String>())?;
    let mut view = View::new(style::of_progress(), args.lang.unwrap_or_else(style::language));
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
                for watch in &watches {
                    while let Some(event) = watch.next_event() {
                        // What cannot be written now may be at the end.
                        let _ = take(&mut view, &event);
                    }
                }
                view.status(&watches.iter().map(Watch::passed).collect::<Vec<_>>());
            }
        }
    }
    view.clear();
    let mut outcomes = Vec::new();
    for watch in watches {
        let (mut outcome, events) = watch.stop().await;
        for event in &events {
            if let Err(failure) = take(&mut view, event) {
                outcome.not_written.get_or_insert(failure.to_string());
            }
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Shows what is new; a record that is whole gets its reports.
fn take(view: &mut View, event: &WatchEvent) -> Result<(), Failure> {
    view.show(event);
    if let WatchEvent::RecordWritten { folder } = event
        && let Err(failure) = reports(folder)
    {
        view.line(&format!("botspec: {failure}"));
        return Err(failure);
    }
    Ok(())
}

fn reports(folder: &Path) -> Result<(), Failure> {
    report::write_all(&report::read(&folder.join(RECORD))?, folder)
}

fn served(transport: Transport, addr: std::net::SocketAddr, link: &Link) -> String {
    let scheme = if matches!(transport, Transport::Ws | Transport::ReverseWs) { "ws" } else { "http" };
    let path = if link.upstream.path == "/" { "" } else { &link.upstream.path };
    format!("{transport}: {scheme}://{addr}{path} to {}\n", link.upstream.url)
}

fn finish(args: &WatchArgs, folders: &[PathBuf], outcomes: &[Outcome]) -> Result<u8, Failure> {
    if let Some(why) = outcomes.iter().find_map(|outcome| outcome.not_written.clone()) {
        return Err(Failure::usage(why));
    }
    let sum = |count: fn(&Outcome) -> u64| outcomes.iter().map(count).sum::<u64>();
    let (failed, warned) = (sum(|it| it.failed), sum(|it| it.warned));
    let code = match args.fail_on {
        _ if sum(|it| it.defects) > 0 => ExitCode::Defect.code(),
        Some(FailOn::Must) if failed > 0 => FAILED,
        Some(FailOn::Should) if failed + warned > 0 => FAILED,
        _ => OK,
    };
    match args.format {
        ListFormat::Json => {
            let one = |(folder, outcome): (&PathBuf, &Outcome)| json!({ "out": folder, "counts": outcome.counts, "failed": outcome.failed, "warned": outcome.warned });
            let all: Vec<Value> = folders.iter().zip(outcomes).map(one).collect();
            print::json(&json!({ "watched": all, "failed": failed, "warned": warned, "exit_code": code }))?;
        }
        ListFormat::Text if args.daily => print::text(&format!("records: {}\n", args.out.display()))?,
        ListFormat::Text => {
            for folder in folders {
                let run = report::read(&folder.join(RECORD))?;
                let page = folder.join("report.html").display().to_string();
                let (language, analysis) = (args.lang.unwrap_or_else(style::language), Analysis::of(&run));
                print::text(&terminal::summary_in(language, &analysis, style::of_stdout(), Some(&page)))?;
            }
        }
    }
    Ok(code)
}
