//! The end of the page: how the run was made, so that somebody else can make it again.

use maud::{Markup, html};

use super::mark::{mark, of_verdict};
use super::words::{both, word};
use crate::record::{Run, Verdict};
use crate::shell::command_line;
use crate::summary::Figures;
use crate::visible::visible_line;

/// How the run was made.
pub(super) fn how_it_was_run(run: &Run, figures: &Figures) -> Markup {
    let header = &run.header;
    html! {
        section.run {
            div.heading { h2 { (both("How it was run", "运行方式")) } }
            @if !header.command.is_empty() {
                div.paste {
                    pre tabindex="0" { code { (visible_line(&command_line(&header.command))) } }
                    button.copy type="button" { (both("Copy", "复制")) }
                }
            }
            (areas(figures))
            dl {
                @for endpoint in &header.target.endpoints {
                    (fact(&html! { (endpoint.transport) }, &html! { code { (visible_line(&endpoint.address)) } }))
                }
                @if let Some(source) = &header.target.version_source {
                    (fact(&both("version learned from", "版本来源"), &html! { code { (visible_line(source)) } }))
                }
                (fact(&both("effects allowed", "允许的操作"), &effects(&header.effects_allowed)))
                (fact(&both("seed", "随机种子"), &html! { code { (header.seed) } }))
                @if let Some(footer) = &run.footer {
                    @if !footer.finished_at.is_empty() {
                        (fact(&both("finished", "结束时间"), &html! {
                            time datetime=(footer.finished_at) { (visible_line(&footer.finished_at)) }
                        }))
                    }
                }
                @if !header.contract_hash.is_empty() {
                    (fact(&both("contracts", "契约哈希"), &html! { code { (visible_line(&header.contract_hash)) } }))
                }
                (fact(&both("written by", "生成工具"), &html! { "botspec " (visible_line(&header.botspec_version)) }))
            }
        }
    }
}

fn fact(name: &Markup, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn effects(allowed: &[String]) -> Markup {
    if allowed.is_empty() {
        return both("none", "无");
    }
    html! { (visible_line(&allowed.join(", "))) }
}

/// The counts of each part of each dialect.
fn areas(figures: &Figures) -> Markup {
    html! {
        @if !figures.areas.is_empty() {
            table.areas {
                caption { (both("What was looked at", "检查范围")) }
                thead {
                    tr {
                        th scope="col" { (both("part", "部分")) }
                        @for verdict in Verdict::ALL {
                            th scope="col" { (mark(of_verdict(verdict))) span.hidden-label { (word(crate::words::verdict(verdict))) } }
                        }
                    }
                }
                tbody {
                    @for area in &figures.areas {
                        tr {
                            th scope="row" { code { span { (visible_line(&area.dialect)) "/" } (visible_line(&area.area)) } }
                            @for verdict in Verdict::ALL {
                                td.zero[area.counts[verdict] == 0] { (area.counts[verdict]) }
                            }
                        }
                    }
                }
            }
        }
    }
}
