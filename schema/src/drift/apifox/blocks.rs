//! The Markdown of an Apifox export, cut into its pieces.

/// A piece of the document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block<'a> {
    /// The line it begins in, counted from 1.
    pub(super) line: usize,
    /// What it is.
    pub(super) piece: Piece<'a>,
}

/// The pieces that matter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece<'a> {
    /// A heading with its level.
    Heading(usize, &'a str),
    /// The heading of a shared model, which is written as HTML.
    Model(&'a str),
    /// A fenced block.
    Code(String),
    /// A table.
    Table(Table<'a>),
    /// Any other line that is not empty.
    Line(&'a str),
}

/// A table with its columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table<'a> {
    /// The names of the columns.
    pub(super) columns: Vec<&'a str>,
    /// The rows with their lines.
    pub(super) rows: Vec<(usize, Vec<&'a str>)>,
}

impl<'a> Table<'a> {
    /// The cell of a row in the column of this name.
    pub(super) fn cell(&self, row: &[&'a str], column: &str) -> Option<&'a str> {
        let index = self.columns.iter().position(|name| *name == column)?;
        row.get(index).copied()
    }
}

/// Cuts a text.
pub(super) fn cut(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).peekable();
    while let Some((line, content)) = lines.next() {
        let trimmed = content.trim();
        let piece = if trimmed.starts_with("```") {
            let mut code = String::new();
            for (_, inner) in lines.by_ref() {
                if inner.trim() == "```" {
                    break;
                }
                code.push_str(inner);
                code.push('\n');
            }
            Piece::Code(code)
        } else if let Some(name) = model(trimmed) {
            Piece::Model(name)
        } else if trimmed.starts_with('#') {
            let title = trimmed.trim_start_matches('#');
            Piece::Heading(trimmed.len() - title.len(), title.trim())
        } else if trimmed.starts_with('|') {
            let columns = cells(trimmed);
            let mut rows = Vec::new();
            while let Some((row, content)) = lines.next_if(|(_, line)| line.trim_start().starts_with('|')) {
                let cells = cells(content.trim());
                if !cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':'))) {
                    rows.push((row, cells));
                }
            }
            Piece::Table(Table { columns, rows })
        } else if trimmed.is_empty() || trimmed.starts_with("<a ") {
            continue;
        } else {
            Piece::Line(trimmed)
        };
        blocks.push(Block { line, piece });
    }
    blocks
}

/// The cells of a row. A bar in a description makes too many; they stand behind the ones that matter.
fn cells(line: &str) -> Vec<&str> {
    line.trim_start_matches('|').trim_end_matches('|').split('|').map(str::trim).collect()
}

/// `<h2 id="tocS_Name">Name</h2>`
fn model(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("<h2 id=\"tocS_")?;
    let (name, _) = rest.split_once('"')?;
    Some(name)
}
