//! Why a record does not hold everything, in one sentence.

use crate::record::{Ending, Run, Text};

/// Why a run is incomplete, in one sentence without its full stop; none for a complete one.
pub fn incomplete(run: &Run) -> Option<Text> {
    let checks = run.checks.len();
    Some(match run.ending {
        Ending::Complete if run.stopped.is_none() => return None,
        Ending::Complete => {
            let (not_run, selected) = (run.not_run(), run.header.selected);
            Text::both(
                format!("{not_run} of {selected} checks were not run"),
                format!("{selected} 项检查中有 {not_run} 项没有运行"),
            )
        }
        Ending::NoFooter => Text::both("The run was stopped before its end", "运行在结束之前被中断"),
        Ending::CutLine(line) => Text::both(
            format!("The record is cut off in the middle of line {line}"),
            format!("运行记录在第 {line} 行中间断开"),
        ),
        Ending::CountsDiffer(counted) => Text::both(
            format!("The footer counts {counted} checks, the record holds {checks}: lines are missing or were added"),
            format!("结尾写着有 {counted} 项检查，记录里有 {checks} 项：有缺失或多出的行"),
        ),
        Ending::LinesLeftOut(lines) => Text::both(
            format!("{lines} lines of the record cannot be read and are left out"),
            format!("运行记录中有 {lines} 行无法读取，已略去"),
        ),
    })
}
