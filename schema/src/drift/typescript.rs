//! Reads the small part of TypeScript in which LLBot states what its actions answer.

use std::collections::BTreeMap;

use crate::shape::{Field, Kind, Object, Shape};

/// How deep types may be nested.
const DEPTH: usize = 24;

/// Interfaces by name, each with the text of its body.
#[derive(Debug, Default, Clone)]
pub(super) struct Interfaces(BTreeMap<String, String>);

impl Interfaces {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the only one.
    pub(super) fn single(&self) -> Option<&str> {
        if self.0.len() == 1 { self.0.keys().next().map(String::as_str) } else { None }
    }
}

/// Finds every `interface Name { … }` in a text.
pub(super) fn interfaces(text: &str) -> Interfaces {
    let tokens = tokens(text);
    let mut found = BTreeMap::new();
    let mut index = 0;
    while index < tokens.len() {
        if tokens[index] == "interface"
            && let Some(name) = tokens.get(index + 1)
        {
            let Some(open) = tokens[index..].iter().position(|token| *token == "{") else { break };
            let end = matching(&tokens, index + open);
            found.insert(name.to_string(), tokens[index + open..end].join(" "));
            index = end;
        } else {
            index += 1;
        }
    }
    Interfaces(found)
}

/// The last type argument of `Base<A, B>`.
pub(super) fn last_argument(text: &str) -> Option<&str> {
    let inner = text.trim().strip_suffix('>')?.split_once('<')?.1;
    let mut depth = 0;
    let mut start = 0;
    for (index, c) in inner.char_indices() {
        match c {
            '<' | '{' | '[' | '(' => depth += 1,
            '>' | '}' | ']' | ')' => depth -= 1,
            ',' if depth == 0 => start = index + 1,
            _ => {}
        }
    }
    Some(inner[start..].trim())
}

/// The shape of a type. A name that is not among the interfaces is unknown.
pub(super) fn shape(text: &str, interfaces: &Interfaces, at: &str) -> Shape {
    let tokens = tokens(text);
    let mut parser = Parser { tokens: &tokens, next: 0, interfaces, at, depth: 0 };
    parser.union()
}

/// Words, strings and marks, without comments.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '\'' || first == '"' {
            rest[1..].find(first).map_or(rest.len(), |end| end + 2)
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at(length);
        if !token.trim().is_empty() && !token.starts_with("//") && !token.starts_with("/*") {
            found.push(token);
        }
        rest = tail;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '.'
}

/// The place after the brace that closes the one at `open`.
fn matching(tokens: &[&str], open: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match *token {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

struct Parser<'a> {
    tokens: &'a [&'a str],
    next: usize,
    interfaces: &'a Interfaces,
    at: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a str {
        self.tokens.get(self.next).copied().unwrap_or_default()
    }

    fn take(&mut self) -> &'a str {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn eat(&mut self, token: &str) -> bool {
        let here = self.peek() == token;
        self.next += usize::from(here);
        here
    }

    /// `A | B | null`
    fn union(&mut self) -> Shape {
        self.depth += 1;
        if self.depth > DEPTH {
            self.next = self.tokens.len();
            return Shape::unknown(self.at);
        }
        self.eat("|");
        let mut alternatives = vec![self.postfix()];
        while self.eat("|") {
            alternatives.push(self.postfix());
        }
        self.depth -= 1;
        Shape::union(literals(alternatives), self.at)
    }

    /// `A[]`
    fn postfix(&mut self) -> Shape {
        let mut shape = self.primary();
        while self.peek() == "[" && self.tokens.get(self.next + 1) == Some(&"]") {
            self.next += 2;
            shape = Shape::array(shape, self.at);
        }
        shape
    }

    fn primary(&mut self) -> Shape {
        match self.take() {
            "{" => self.body(),
            "(" => {
                let shape = self.union();
                self.eat(")");
                shape
            }
            token if token.starts_with(['\'', '"']) => {
                let mut shape = Shape::new(Kind::String, self.at);
                shape.values = vec![token.trim_matches(['\'', '"']).into()];
                shape
            }
            "true" | "false" => Shape::new(Kind::Boolean, self.at),
            "undefined" | "void" => Shape::new(Kind::Null, self.at),
            name => self.named(name),
        }
    }

    fn named(&mut self, name: &str) -> Shape {
        let mut arguments = Vec::new();
        if self.eat("<") {
            arguments.push(self.union());
            while self.eat(",") {
                arguments.push(self.union());
            }
            self.eat(">");
        }
        match (name, arguments.pop()) {
            ("Array", Some(items)) => Shape::array(items, self.at),
            ("Partial" | "DeepPartial", Some(mut shape)) => {
                let deep = name == "DeepPartial";
                loosen(&mut shape, deep);
                shape
            }
            ("Promise", Some(shape)) => shape,
            ("Record", Some(rest)) => {
                let mut shape = Shape::object(Vec::new(), self.at);
                if let Kind::Object(object) = &mut shape.kind {
                    object.rest = Some(Box::new(rest));
                }
                shape
            }
            _ => match (Kind::of_word(name), self.interfaces.0.get(name)) {
                (Some(kind), _) => Shape::new(kind, self.at),
                (None, Some(body)) if self.depth < DEPTH => {
                    let tokens = tokens(body);
                    let mut parser = Parser {
                        tokens: &tokens,
                        next: 0,
                        interfaces: self.interfaces,
                        at: self.at,
                        depth: self.depth + 1,
                    };
                    parser.union()
                }
                _ => Shape::unknown(self.at),
            },
        }
    }

    /// The members of an object after its opening brace.
    fn body(&mut self) -> Shape {
        let mut fields = Vec::new();
        let mut rest = None;
        while self.next < self.tokens.len() && !self.eat("}") {
            // An index signature: fields whose names are not fixed.
            if self.eat("[") {
                while self.next < self.tokens.len() && !self.eat("]") {
                    self.next += 1;
                }
                if self.eat(":") {
                    rest = Some(Box::new(self.union()));
                }
                continue;
            }
            let name = self.take().trim_matches(['\'', '"']);
            let optional = self.eat("?");
            if self.eat(":") {
                fields.push(Field::new(name, self.union(), !optional));
            }
            while self.eat(";") || self.eat(",") {}
        }
        Shape::new(Kind::Object(Object { fields, stated: true, rest, ..Object::default() }), self.at)
    }
}

/// Several string literals are one string with several values.
fn literals(alternatives: Vec<Shape>) -> Vec<Shape> {
    let mut joined: Vec<Shape> = Vec::new();
    for alternative in alternatives {
        let literal = alternative.kind == Kind::String && !alternative.values.is_empty();
        match joined.iter_mut().find(|shape| literal && shape.kind == Kind::String && !shape.values.is_empty()) {
            Some(before) => before.values.extend(alternative.values),
            None => joined.push(alternative),
        }
    }
    joined
}

/// Makes the fields of an object optional.
fn loosen(shape: &mut Shape, deep: bool) {
    let loosen_one = |shape: &mut Shape| {
        if let Kind::Object(object) = &mut shape.kind {
            for field in &mut object.fields {
                field.required = Some(false);
            }
        }
    };
    if deep {
        shape.rewrite(&mut { loosen_one });
    } else {
        loosen_one(shape);
    }
}
