//! What is wrong with a contract, and where.

use std::fmt;

use crate::locate::{self, Position};

/// One thing that is wrong in one contract file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The file.
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// JSON pointer into the file; empty for the whole file.
    pub pointer: String,
    /// The rule that it breaks, such as `unresolved-ref`.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Defect {
    /// A defect of a file as a whole.
    pub(crate) fn of_file(path: &str, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 1,
            column: 1,
            pointer: String::new(),
            rule,
            message: message.into(),
            help: None,
        }
    }

    /// A defect at a JSON pointer of a text.
    ///
    /// Where the pointer names what is not there, the position is that of the nearest thing around it.
    pub(crate) fn at_pointer(
        path: &str,
        text: &str,
        pointer: &str,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Self {
        let mut around = pointer;
        let position = loop {
            match locate::locate(text, around) {
                Some(position) => break position,
                None => match around.rfind('/') {
                    Some(end) => around = &around[..end],
                    None => break Position { line: 1, column: 1 },
                },
            }
        };
        Self {
            line: position.line,
            column: position.column,
            pointer: pointer.to_owned(),
            ..Self::of_file(path, rule, message)
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: [{}] {}", self.path, self.line, self.column, self.rule, self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; help: {help}")?;
        }
        Ok(())
    }
}

/// Everything that is wrong with a set of contracts, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defects(pub Vec<Defect>);

impl fmt::Display for Defects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, defect) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{defect}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Defects {}
