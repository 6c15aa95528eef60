//! What a run comes to, in one sentence.

use std::fmt::Write as _;

use super::{Figures, Outcome};
use crate::quantity::{count, grouped};
use crate::record::Text;
use crate::visible::visible_line;

impl Figures {
    /// What the run comes to, in one sentence without its full stop: causes and checks, and what was not tested.
    pub fn headline(&self) -> Text {
        match self.outcome {
            Outcome::Stopped => self.stopped_headline(),
            Outcome::Failed => self.failed_headline(),
            Outcome::Defect => Text::both(
                format!("No overall result: botspec itself failed in {}", count(self.counts.error, "check", "checks")),
                format!("无法给出整体结论：botspec 自身在 {} 项检查上出错", self.counts.error),
            ),
            Outcome::Incomplete => {
                Text::both("Not finished: nothing has failed so far", "没有跑完：到目前为止没有失败")
            }
            Outcome::Partial => self.partial_headline(),
            Outcome::NothingChecked => Text::both("Nothing was tested", "没有检查任何内容"),
            Outcome::Conformant => self.conformant_headline(),
        }
    }

    fn failed_headline(&self) -> Text {
        let (mut en, mut zh) = (Vec::new(), Vec::new());
        if self.failed() > 0 {
            en.push(format!(
                "{} in {}",
                count(self.failing_causes, "cause", "causes"),
                count(self.failed(), "failed check", "failed checks")
            ));
            zh.push(format!("{} 个原因，{} 项检查失败", grouped(self.failing_causes), grouped(self.failed())));
        }
        if self.stale > 0 {
            en.push(count(self.stale, "stale waiver", "stale waivers"));
            zh.push(format!("{} 条豁免已过期", self.stale));
        }
        Text::both(format!("Not conformant: {}", en.join(", ")), format!("不符合：{}", zh.join("，")))
    }

    fn conformant_headline(&self) -> Text {
        let counts = self.counts;
        let tested = counts.pass + counts.fail + counts.warn;
        let untested = counts.total() - tested;
        let known = self.expected_failures + self.expected_warnings;
        let warned = self.warned();
        let (mut en, mut zh) = if warned + known > 0 {
            (
                format!("No unexpected failure in {}", count(tested, "tested check", "tested checks")),
                format!("已测的 {} 项检查没有意外失败", grouped(tested)),
            )
        } else if untested > 0 {
            (
                format!("{} passed", count(tested, "tested check", "tested checks")),
                format!("已测的 {} 项检查全部通过", grouped(tested)),
            )
        } else {
            (
                format!("All selected checks passed: {}", grouped(tested)),
                format!("选中的 {} 项检查全部通过", grouped(tested)),
            )
        };
        if warned > 0 {
            let _ = write!(
                en,
                "; {} in {}",
                count(self.warning_causes, "cause of warnings", "causes of warnings"),
                count(warned, "check", "checks")
            );
            let _ = write!(zh, "；{} 个警告原因，{} 项检查", grouped(self.warning_causes), grouped(warned));
        }
        if known > 0 {
            let _ = write!(en, "; {} expected by waivers", grouped(known));
            let _ = write!(zh, "；{} 项在豁免预期之内", grouped(known));
        }
        if untested > 0 {
            let _ = write!(en, "; {} not tested", grouped(untested));
            let _ = write!(zh, "；{} 项未测", grouped(untested));
        }
        Text::both(en, zh)
    }

    /// The target stopped answering: after which request, and what that leaves open.
    fn stopped_headline(&self) -> Text {
        let request = self.stopped.as_ref().and_then(|stopped| stopped.request.as_deref());
        let request = request.map(|request| visible_line(crate::record::cut(request, REQUEST)));
        let (failed, not_run) = (self.failed(), self.not_run());
        let mut en = "The target stopped answering".to_owned();
        let mut zh = "目标停止响应".to_owned();
        if let Some(request) = request {
            en = format!("{en} after {request}");
            zh = format!("目标在 {request} 之后停止响应");
        }
        if failed > 0 {
            en = format!("{en}; {} failed", count(failed, "check", "checks"));
            zh = format!("{zh}；{failed} 项检查失败");
        }
        Text::both(
            format!("{en}; {not_run} of {} not run", count(self.selected, "check", "checks")),
            format!("{zh}；{} 项检查中有 {not_run} 项没有运行", self.selected),
        )
    }

    /// Nothing failed, but most was not looked at: the share that was, in place of a verdict over the whole.
    fn partial_headline(&self) -> Text {
        let (judged, selected, warned) = (self.judged(), self.selected, self.warned());
        let share = judged * 100 / selected.max(1);
        let share = if share == 0 { "less than 1 %".to_owned() } else { format!("{share} %") };
        let share_zh = share.replace("less than", "不到");
        let (en, zh) = match warned {
            0 => (String::new(), String::new()),
            _ => (format!(", with {}", count(warned, "warning", "warnings")), format!("，有 {warned} 条警告")),
        };
        Text::both(
            format!("Only {share} judged ({judged} of {selected} checks): none failed{en}"),
            format!("只判定了 {share_zh}（{selected} 项检查中的 {judged} 项）：没有失败{zh}"),
        )
    }
}

/// How many bytes of a request stand in a headline.
const REQUEST: usize = 160;
