//! Reads the Markdown export of Apifox: one page with every operation and every model as tables, of several protocols
//! where the project holds several.

mod blocks;
mod models;
mod rows;
mod values;

use std::collections::BTreeMap;

use serde_json::Value;

use self::blocks::{Block, Piece, cut};
use super::error::ReadError;
use super::example;
use super::openapi::action_name;
use super::upstream::{Format, Remark, Says, UpAction, UpSource, Upstream};
use crate::shape::{Kind, Object, Shape};
use crate::{DATA, RETCODE};

/// The heading above the parameters of an operation.
const PARAMS: &str = "请求参数";
/// The heading above what an operation answers.
const RESULT: &str = "返回数据结构";
/// Where a parameter may stand in the table of parameters: in the body, as its only root, or in the query.
const BODY: &str = "body";
const QUERY: &str = "query";

/// Whether a text is such an export.
pub(super) fn recognise(text: &str) -> bool {
    cut(text).iter().any(|block| matches!(&block.piece, Piece::Table(table) if rows::is_fields(table)))
}

/// Reads a whole page into one description per protocol, in the order of the page.
pub(super) fn read(text: &str, file: &str) -> Result<Vec<Upstream>, ReadError> {
    let blocks = cut(text);
    let models = models::read(&blocks, file)?;
    let mut parts: Vec<Upstream> = Vec::new();
    let mut part = String::new();
    let mut index = 0;
    while let Some(block) = blocks.get(index) {
        match &block.piece {
            Piece::Heading(1, title) => {
                title.split('/').next().unwrap_or_default().trim().clone_into(&mut part);
            }
            Piece::Heading(2, title) => {
                let end = blocks[index + 1..]
                    .iter()
                    .position(|block| matches!(block.piece, Piece::Heading(1 | 2, _) | Piece::Model(_)))
                    .map_or(blocks.len(), |found| index + 1 + found);
                let position = parts.iter().position(|known| known.name == part).unwrap_or_else(|| {
                    parts.push(empty(&part, file));
                    parts.len() - 1
                });
                operation(title, block.line, &blocks[index + 1..end], &mut parts[position], &models)?;
                index = end;
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    models::share_out(&models, &mut parts);
    Ok(parts)
}

fn empty(name: &str, file: &str) -> Upstream {
    let says = Says { actions: true, integers: true, ..Says::default() };
    Upstream { format: Format::Apifox, name: name.to_owned(), file: file.to_owned(), says, ..Upstream::default() }
}

/// Reads one operation. A stream of events has a path as well, and nothing but events to answer.
fn operation(
    title: &str,
    line: usize,
    blocks: &[Block<'_>],
    part: &mut Upstream,
    models: &models::Models,
) -> Result<(), ReadError> {
    let method = title.split_whitespace().next().unwrap_or_default();
    let request = blocks.iter().find_map(|block| match &block.piece {
        Piece::Line(text) => text.strip_prefix(method).map(str::trim).filter(|path| path.starts_with('/')),
        _ => None,
    });
    let Some(path) = request else {
        let advice = "An operation names its method and its path in a line of its own, such as POST /get_msg";
        return Err(ReadError::at(&part.file, format!("line {line}"), "this operation has no path", advice));
    };
    let name = action_name(path);
    let at = format!("line {line}");
    if is_stream(blocks) {
        part.streams.push(path.to_owned());
        return Ok(());
    }
    let split = |heading: &str| {
        blocks.iter().position(|block| matches!(&block.piece, Piece::Heading(3, title) if *title == heading))
    };
    let (asked, answered) = (split(PARAMS), split(RESULT).unwrap_or(blocks.len()));
    // Before the parameters stands the example of a request, before what is answered the examples of answers.
    let request_end = asked.unwrap_or_else(|| answers_begin(blocks));
    let mut requests = codes(&blocks[..request_end.min(blocks.len())]);
    // Where the body has remarks in it, the page shows it as a string.
    requests.retain(|request| !request.is_string());
    let answers = codes(&blocks[request_end.min(answered)..answered]);
    let answer = answers.iter().find(|value| is_success(value)).and_then(|value| value.get(DATA));

    let mut remarks = BTreeMap::new();
    let asked_blocks = asked.map_or(&blocks[..0], |start| &blocks[start..answered]);
    let mut params = params(asked_blocks, requests.first(), &at).map_err(|unknown| broken(&part.file, &unknown))?;
    let table = result(&blocks[answered..], answer, &at).map_err(|unknown| broken(&part.file, &unknown))?;
    let mut result = match table.or_else(|| models.result_of(name, &at)) {
        Some(known) => known,
        None => answer.map_or_else(|| Shape::unknown(&at), |value| by_example(value, &at)),
    };
    for (shape, value, pointer) in [(&mut params, requests.first(), "/params"), (&mut result, answer, "/result")] {
        if let Some(value) = value {
            example::contradictions(shape, value, pointer, &models.types, part.says, &mut remarks);
            example::doubt(shape, value);
            example::enrich(shape, value, &at);
        }
    }
    if let Some(text) = models::foreign_params(name, &params) {
        remarks.insert("/params".to_owned(), text);
    }
    part.remarks.extend(remarks.into_iter().map(|(at, text)| Remark { name: name.to_owned(), at, text }));
    let source = UpSource { document: part.file.clone(), heading: format!("{method} {path}"), note: None };
    let action = UpAction {
        at: at.clone(),
        aliases: Vec::new(),
        category: None,
        params,
        result,
        summary_present: title.split_whitespace().count() > 1,
        deprecated: false,
        sources: vec![source],
    };
    if part.actions.insert(name.to_owned(), action).is_some() {
        let text = format!("{at}: described a second time; this description is the one that is read");
        part.remarks.push(Remark { name: name.to_owned(), at: String::new(), text });
    }
    Ok(())
}

fn broken(file: &str, unknown: &rows::UnknownType) -> ReadError {
    let problem = format!("there is no type {:?}", unknown.kind);
    ReadError::at(file, format!("line {}", unknown.line), problem, "Correct the type in the table, or export again")
}

/// Where the examples of answers begin in an operation without parameters: at its first quotation.
fn answers_begin(blocks: &[Block<'_>]) -> usize {
    blocks
        .iter()
        .position(|block| matches!(block.piece, Piece::Line(text) if text.starts_with('>')))
        .unwrap_or(blocks.len())
}

/// Every fenced block that holds JSON.
fn codes(blocks: &[Block<'_>]) -> Vec<Value> {
    let code = blocks.iter().filter_map(|block| match &block.piece {
        Piece::Code(text) => serde_json::from_str(text).ok(),
        _ => None,
    });
    code.collect()
}

/// Whether the remarks on an operation state that it is a stream of server-sent events.
fn is_stream(blocks: &[Block<'_>]) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    blocks.iter().any(|block| match &block.piece {
        Piece::Line(text) => text.split(|c| !is_word(c)).any(|word| word == "SSE"),
        _ => false,
    })
}

/// Whether an example is an answer that reports something.
fn is_success(value: &Value) -> bool {
    value.get(DATA).is_some() && value.get(RETCODE).and_then(Value::as_i64).is_none_or(|code| code == 0)
}

/// The parameters: what stands below the root of the body, with what stands in the query.
fn params(blocks: &[Block<'_>], example: Option<&Value>, at: &str) -> Result<Shape, rows::UnknownType> {
    let mut rows = rows::rows(blocks);
    let root = rows.iter().position(|row| row.place == BODY && row.depth == 0);
    // The root of the body has no key in the example, so the values are set on what stands below it.
    if let Some(root) = root {
        let end = rows::below(&rows, root);
        values::assign(blocks, &mut rows[root + 1..end], example);
    }
    let body = match root {
        Some(root) => rows::shape(&rows[root], &rows[root + 1..rows::below(&rows, root)])?,
        None => Shape::object(Vec::new(), at),
    };
    let query: Vec<rows::Row<'_>> = rows.into_iter().filter(|row| row.place == QUERY).collect();
    if query.is_empty() {
        return Ok(body);
    }
    let mut fields = rows::fields(&query)?;
    if let Kind::Object(object) = body.kind {
        fields.extend(object.fields);
    }
    Ok(Shape::object(fields, at))
}

/// What an operation answers by its table, if that has it.
fn result(blocks: &[Block<'_>], example: Option<&Value>, at: &str) -> Result<Option<Shape>, rows::UnknownType> {
    let mut rows = rows::rows(blocks);
    let Some(index) = rows.iter().position(|row| row.name == DATA && row.depth <= 1) else { return Ok(None) };
    let end = rows::below(&rows, index);
    values::assign(blocks, &mut rows[index + 1..end], example);
    let shape = rows::shape(&rows[index], &rows[index + 1..end])?;
    // An object of which the table lists no field: the example may show some.
    Ok(Some(match (&shape.kind, example) {
        (Kind::Object(Object { stated: false, .. }), Some(value @ Value::Object(_))) => by_example(value, at),
        _ => shape,
    }))
}

/// What an operation answers, where only an example shows it.
fn by_example(value: &Value, at: &str) -> Shape {
    match value {
        Value::Object(map) if map.is_empty() => Shape::object(Vec::new(), at),
        value => example::shape_of(value, at),
    }
}
