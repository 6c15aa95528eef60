//! Tables of fields: rows with their depth, the alternatives between them, and the shape they describe together.

use serde_json::Value;

use super::blocks::{Block, Piece, Table};
use crate::shape::{Field, Kind, Object, Shape};

/// The column of names.
pub(super) const NAME: &str = "名称";
/// The column of types.
const TYPE: &str = "类型";
/// The column that states what is required.
const REQUIRED: &str = "必选";
/// The column that states where a parameter stands.
pub(super) const PLACE: &str = "位置";
/// How a required parameter is marked; answers have `true`.
const YES: [&str; 2] = ["是", "true"];
/// The mark of depth in front of a name.
const DEPTH: char = '»';

/// A row of a table of fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Row<'a> {
    /// Its line.
    pub(super) line: usize,
    /// How many marks stand before its name.
    pub(super) depth: usize,
    /// Its name.
    pub(super) name: &'a str,
    /// Its type as it is written.
    pub(super) kind: &'a str,
    /// Where the parameter stands, for parameters.
    pub(super) place: &'a str,
    /// Whether it is required.
    pub(super) required: bool,
    /// The values it is limited to.
    pub(super) values: Vec<&'a str>,
    /// The alternatives it stands for.
    pub(super) alternatives: Vec<Vec<Row<'a>>>,
    /// Whether the alternatives hold together instead of one by one.
    pub(super) all: bool,
}

/// Whether a table lists fields.
pub(super) fn is_fields(table: &Table<'_>) -> bool {
    table.columns.contains(&NAME) && table.columns.contains(&TYPE)
}

/// The rows of the tables of fields among these blocks, with alternatives hung below the row they belong to.
pub(super) fn rows<'a>(blocks: &[Block<'a>]) -> Vec<Row<'a>> {
    let mut levels: Vec<Vec<Row<'a>>> = vec![Vec::new()];
    for block in blocks {
        match &block.piece {
            Piece::Line("oneOf" | "anyOf" | "allOf") => {
                let all = matches!(block.piece, Piece::Line("allOf"));
                if let Some(owner) = levels.last_mut().and_then(|rows| rows.last_mut()) {
                    owner.all = all;
                    levels.push(Vec::new());
                }
            }
            Piece::Line("xor" | "or" | "and") => close(&mut levels, false),
            Piece::Line("continued") => close(&mut levels, true),
            Piece::Table(table) if is_fields(table) => {
                let read = table.rows.iter().map(|(line, cells)| row(table, *line, cells));
                if let Some(level) = levels.last_mut() {
                    level.extend(read);
                }
            }
            _ => {}
        }
    }
    while levels.len() > 1 {
        close(&mut levels, true);
    }
    levels.pop().unwrap_or_default()
}

/// Hangs the rows of the deepest level below the row that they are an alternative of.
fn close(levels: &mut Vec<Vec<Row<'_>>>, leave: bool) {
    if levels.len() < 2 {
        return;
    }
    let rows = levels.pop().unwrap_or_default();
    if let Some(owner) = levels.last_mut().and_then(|above| above.last_mut())
        && !rows.is_empty()
    {
        owner.alternatives.push(rows);
    }
    if !leave {
        levels.push(Vec::new());
    }
}

/// The depth that the marks before a name report, and the name.
pub(super) fn marked(cell: &str) -> (usize, &str) {
    let name = cell.trim_start_matches(|c: char| c == DEPTH || c.is_whitespace());
    (cell[..cell.len() - name.len()].chars().filter(|c| *c == DEPTH).count(), name)
}

fn row<'a>(table: &Table<'a>, line: usize, cells: &[&'a str]) -> Row<'a> {
    let cell = |column| table.cell(cells, column).unwrap_or_default();
    let (depth, name) = marked(cell(NAME));
    Row {
        line,
        depth,
        name,
        kind: cell(TYPE),
        place: cell(PLACE),
        required: YES.contains(&cell(REQUIRED)),
        ..Row::default()
    }
}

/// A type that the format does not know.
pub(super) struct UnknownType {
    /// The line of its row.
    pub(super) line: usize,
    /// The type as it is written.
    pub(super) kind: String,
}

/// The fields that rows describe; deeper rows belong to the row before them.
pub(super) fn fields(rows: &[Row<'_>]) -> Result<Vec<Field>, UnknownType> {
    let mut fields = Vec::new();
    let mut index = 0;
    while let Some(row) = rows.get(index) {
        let below = below(rows, index);
        let mut shape = shape(row, &rows[index + 1..below])?;
        if shape.kind == Kind::Null {
            // An editor that derives types from an example writes null where it has only seen null.
            shape.kind = Kind::Unknown;
        }
        fields.push(Field::new(row.name, shape, row.required));
        index = below;
    }
    Ok(fields)
}

/// The end of the rows that stand deeper than the one at `index`.
pub(super) fn below(rows: &[Row<'_>], index: usize) -> usize {
    let depth = rows[index].depth;
    rows[index + 1..].iter().position(|row| row.depth <= depth).map_or(rows.len(), |found| index + 1 + found)
}

/// The shape of one row with the rows below it.
pub(super) fn shape(row: &Row<'_>, children: &[Row<'_>]) -> Result<Shape, UnknownType> {
    let at = format!("line {}", row.line);
    let unknown = || UnknownType { line: row.line, kind: row.kind.to_owned() };
    let (inner, listed) = match row.kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
        Some(inner) if !row.kind.contains("](") || inner.starts_with('[') => (inner, true),
        _ => (row.kind, false),
    };
    let shape = if row.alternatives.is_empty() {
        let words: Result<Vec<Shape>, UnknownType> = inner
            .split('¦')
            .map(|word| word_shape(word.trim(), children, &at).unwrap_or_else(|| Err(unknown())))
            .collect();
        Shape::union(words?, &at)
    } else {
        let alternatives: Result<Vec<Shape>, UnknownType> = row
            .alternatives
            .iter()
            .filter(|rows| !rows.is_empty())
            .map(|rows| self::shape(&rows[0], &rows[1..]))
            .collect();
        let alternatives = alternatives?;
        if row.all { together(alternatives, &at) } else { Shape::union(alternatives, &at) }
    };
    let mut shape = if listed { Shape::array(shape, &at) } else { shape };
    limit(&mut shape, &row.values);
    Ok(shape)
}

/// One word of a type, or nothing where there is no such word.
fn word_shape(word: &str, children: &[Row<'_>], at: &str) -> Option<Result<Shape, UnknownType>> {
    if let Some(name) = word.strip_prefix('[').and_then(|rest| rest.split_once("](")).map(|(name, _)| name) {
        return Some(Ok(Shape::new(Kind::Named(name.to_owned()), at)));
    }
    Some(match word.split('(').next().unwrap_or_default() {
        // What holds together or one by one is not in the table; only that there is something.
        "any" | "allOf" | "oneOf" | "anyOf" | "not" => Ok(Shape::unknown(at)),
        "object" if children.is_empty() => Ok(Shape::new(Kind::Object(Object::default()), at)),
        "object" => fields(children).map(|fields| Shape::object(fields, at)),
        word => Ok(Shape::new(Kind::of_word(word)?, at)),
    })
}

/// Several objects that hold together.
fn together(parts: Vec<Shape>, at: &str) -> Shape {
    let mut whole = Object { stated: true, ..Object::default() };
    for part in parts {
        match part.kind {
            Kind::Object(object) => whole.fields.extend(object.fields),
            Kind::Unknown => {}
            _ => return Shape::unknown(at),
        }
    }
    Shape::new(Kind::Object(whole), at)
}

/// Sets the values of a row on the alternatives of its shape that can have them.
fn limit(shape: &mut Shape, values: &[&str]) {
    if values.is_empty() {
        return;
    }
    let set = |shape: &mut Shape| {
        let typed = |value: &&str| match shape.kind {
            Kind::String => Some(Value::from(*value)),
            Kind::Integer | Kind::Number => value.parse::<i64>().ok().map(Value::from),
            Kind::Boolean => value.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        shape.values = values.iter().filter_map(typed).collect();
    };
    match &mut shape.kind {
        Kind::Union(alternatives) => alternatives.iter_mut().for_each(set),
        Kind::Array(items) => set(items),
        _ => set(shape),
    }
}
