//! Rules about the forms of messages.

use super::File;
use crate::model::{DialectFile, MessageForm};

pub(super) fn check(file: &mut File<'_>, dialect: &DialectFile) {
    let forms = &dialect.message_forms;
    for (direction, forms) in [("send", &forms.send), ("receive", &forms.receive)] {
        let at = format!("/message_forms/{direction}");
        if forms.is_empty() {
            file.report_with(&at, "message-forms", "a message has no form at all", "name at least one form");
        }
        for (index, form) in forms.iter().enumerate() {
            let pointer = format!("{at}/{index}");
            if forms[..index].contains(form) {
                file.report(&pointer, "message-forms", "the form is listed already");
            }
            if *form == MessageForm::String && dialect.cq_code.is_none() {
                let help = "write `cq_code`, or leave the form out";
                file.report_with(&pointer, "message-forms", "it is missing how a message is written as a string", help);
            }
        }
    }
}
