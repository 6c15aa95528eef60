//! What a run comes to, in one sentence.

use super::{Figures, Outcome};
use crate::quantity::count;
use crate::record::Text;

impl Figures {
    /// What the run comes to, in one sentence without its full stop.
    pub fn headline(&self) -> Text {
        let unexpected = self.failed();
        match self.outcome {
            Outcome::Failed => {
                let mut en = Vec::new();
                let mut zh = Vec::new();
                if unexpected > 0 {
                    en.push(format!("{} failed", count(unexpected, "check", "checks")));
                    zh.push(format!("{unexpected} 项检查失败"));
                }
                if self.stale > 0 {
                    en.push(format!("{} stale", count(self.stale, "waiver is", "waivers are")));
                    zh.push(format!("{} 条豁免已过期", self.stale));
                }
                Text::both(format!("Not conformant: {}", en.join(", ")), format!("不符合：{}", zh.join("，")))
            }
            Outcome::Defect => Text::both(
                format!(
                    "Not judged as a whole: botspec itself failed on {}",
                    count(self.counts.error, "check", "checks")
                ),
                format!("无法给出整体结论：botspec 自身在 {} 项检查上出错", self.counts.error),
            ),
            Outcome::Incomplete => {
                Text::both("Not finished: nothing has failed so far", "没有跑完：到目前为止没有失败")
            }
            Outcome::NothingChecked => Text::both("Nothing was checked", "没有检查任何内容"),
            Outcome::Conformant if self.warned() > 0 => Text::both(
                format!("Conformant in what was checked, with {}", count(self.warned(), "warning", "warnings")),
                format!("检查过的部分符合，有 {} 条警告", self.warned()),
            ),
            Outcome::Conformant => Text::both("Conformant in what was checked", "检查过的部分全部符合"),
        }
    }
}
