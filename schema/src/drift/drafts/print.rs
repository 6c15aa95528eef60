//! Writes JSON the way contracts are written: what fits into a line stands in one.

use std::fmt::Write as _;

use serde_json::Value;

/// How long a line may be.
const WIDTH: usize = 120;

/// The text of a contract, with a line end behind it.
pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => object(map, 0, &mut out),
        _ => write(value, 0, 0, &mut out),
    }
    out.push('\n');
    out
}

/// Writes a value; `taken` is what stands before and after it in its line.
fn write(value: &Value, indent: usize, taken: usize, out: &mut String) {
    let line = in_line(value);
    if indent + taken + line.chars().count() <= WIDTH {
        out.push_str(&line);
        return;
    }
    match value {
        Value::Object(map) => object(map, indent, out),
        Value::Array(list) if list.iter().all(|item| !item.is_object() && !item.is_array()) => {
            filled(list, indent, out);
        }
        Value::Array(list) => {
            out.push_str("[\n");
            for (index, item) in list.iter().enumerate() {
                out.push_str(&" ".repeat(indent + 2));
                write(item, indent + 2, 1, out);
                out.push_str(if index + 1 < list.len() { ",\n" } else { "\n" });
            }
            out.push_str(&" ".repeat(indent));
            out.push(']');
        }
        _ => out.push_str(&line),
    }
}

fn object(map: &serde_json::Map<String, Value>, indent: usize, out: &mut String) {
    out.push_str("{\n");
    for (index, (key, value)) in map.iter().enumerate() {
        let key = Value::from(key.as_str()).to_string();
        out.push_str(&" ".repeat(indent + 2));
        out.push_str(&key);
        out.push_str(": ");
        write(value, indent + 2, key.chars().count() + 3, out);
        out.push_str(if index + 1 < map.len() { ",\n" } else { "\n" });
    }
    out.push_str(&" ".repeat(indent));
    out.push('}');
}

/// A list of plain values, as many in a line as fit.
fn filled(list: &[Value], indent: usize, out: &mut String) {
    out.push_str("[\n");
    let mut line = String::new();
    for (index, item) in list.iter().enumerate() {
        let text = format!("{item}{}", if index + 1 < list.len() { "," } else { "" });
        if !line.is_empty() && indent + 2 + line.chars().count() + 1 + text.chars().count() > WIDTH {
            let _ = writeln!(out, "{}{line}", " ".repeat(indent + 2));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&text);
    }
    let _ = write!(out, "{}{line}\n{}]", " ".repeat(indent + 2), " ".repeat(indent));
}

fn in_line(value: &Value) -> String {
    match value {
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), in_line(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(in_line).collect::<Vec<_>>().join(", ")),
        value => value.to_string(),
    }
}
