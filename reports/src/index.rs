//! A page over the runs of several dialects.

use maud::html;

use crate::html::mark::{mark, of_outcome};
use crate::html::page::{Icon, Page};
use crate::html::words::{both, text};
use crate::quantity::grouped;
use crate::record::Run;
use crate::summary::{Figures, Outcome};
use crate::visible::visible_line;

/// One run of the page: where its report is, relative to the page, and the run or why it cannot be read.
pub type Entry<'a> = (&'a str, Result<&'a Run, &'a str>);

/// The page.
pub fn index_html(entries: &[Entry<'_>]) -> String {
    let figures: Vec<_> = entries.iter().map(|(link, run)| (*link, run.map(|run| (run, Figures::of(run))))).collect();
    let good = figures.iter().all(|(_, run)| run.as_ref().is_ok_and(|(_, it)| it.outcome == Outcome::Conformant));
    let title = format!("{} runs", entries.len());
    let body = html! {
        header.masthead { h1 { span { (both("Runs by dialect", "各方言的运行结果")) } } }
        main {
            ul.runs {
                @for (link, run) in &figures {
                    li.run {
                        @match run {
                            Ok((run, figures)) => {
                                h2 {
                                    (mark(of_outcome(figures.outcome))) " "
                                    a href=(link) { (visible_line(&run.header.dialect)) } " "
                                    span.count { (visible_line(&run.header.target.name)) }
                                }
                                p { (text(&figures.headline())) }
                                p.note {
                                    @let counts = figures.counts;
                                    @let tested = counts.pass + counts.fail + counts.warn;
                                    (both(
                                        &format!("{} of {} checks tested", grouped(tested), grouped(counts.total())),
                                        &format!("共 {} 项检查，已测 {}", grouped(counts.total()), grouped(tested)),
                                    ))
                                }
                            },
                            Err(why) => { h2 { (mark("error")) " " (visible_line(link)) } p { (visible_line(why)) } },
                        }
                    }
                }
            }
        }
    };
    Page { title, icon: if good { Icon::Good } else { Icon::Bad }, script: "", body }.render()
}
