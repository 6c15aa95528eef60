//! The models, and the methods of the bot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE};

use super::names::{field, literal, of, ty};
use crate::lower::id_name;
use crate::model::{Entry, Field, Item, Module, Path, Record, Tagged, Type};
use crate::plan::{Direction, Plan};

/// What stands before the models.
const HEAD: &str = r#""""Models of all that the dialect has: segments, events, answers and parameters."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeAlias, cast

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ._base import Received, Sent, Unknown

# A number, or a text that is none.
Id: TypeAlias = Annotated[int | str, Field(union_mode="left_to_right")]
# An id that is written as a text.
TextId: TypeAlias = Annotated[int | str, BeforeValidator(str)]


def _value(of: Any, key: str) -> Any:
    if isinstance(of, dict):
        return cast("dict[str, Any]", of).get(key)
    return getattr(of, key, None)


"#;

/// The module of models.
pub(super) fn models(plan: &Plan) -> String {
    let mut text = HEAD.to_owned();
    for kind in &plan.ids {
        let _ = writeln!(text, "{}: TypeAlias = Id", id_name(kind));
    }
    text.push_str("\n\n");
    let mut writer = Writer { text, aliases: String::new(), actions: false };
    plan.types.iter().flat_map(|shared| &shared.items).for_each(|it| writer.item(Module::Types, it));
    writer.direction(&plan.receive);
    writer.direction(&plan.send);
    for event in &plan.events {
        writer.record(Module::Events, &event.record, &event.identify);
        event.items.iter().for_each(|it| writer.item(Module::Events, it));
    }
    writer.events(plan);
    plan.envelope.items.iter().for_each(|it| writer.item(Module::Envelope, it));
    writer.actions = true;
    for action in plan.actions.values().flatten() {
        writer.record(Module::Actions, &action.params, &BTreeMap::new());
        action.items.iter().for_each(|it| writer.item(Module::Actions, it));
    }
    format!("{}{}", writer.text, writer.aliases).trim_end().to_owned() + "\n"
}

struct Writer {
    text: String,
    /// Unions, which need the classes in front of them.
    aliases: String,
    actions: bool,
}

impl Writer {
    fn docs(&mut self, indent: &str, paragraphs: &[String]) {
        let text = paragraphs.join("\n\n").replace('\\', "\\\\").replace("\"\"\"", "'''");
        let text = text.trim_end_matches('"');
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let _ = write!(self.text, "{indent}\"\"\"{first}");
        for line in lines {
            let _ = write!(self.text, "\n{}", format!("{indent}{line}").trim_end());
        }
        let end = if text.contains('\n') { format!("\n{indent}\"\"\"\n") } else { "\"\"\"\n".to_owned() };
        self.text.push_str(&end);
    }

    fn record(&mut self, module: Module, record: &Record, fixed: &BTreeMap<String, String>) {
        let base = if record.received { "Received" } else { "Sent" };
        let _ = writeln!(self.text, "class {}({base}):", of(module, &record.name));
        self.docs("    ", &record.docs.paragraphs);
        let (mut essential, mut required, mut tags) = (Vec::new(), Vec::new(), Vec::new());
        let mut fields = String::new();
        for entry in &record.entries {
            match entry {
                // It states what the object is only where something decides by it; elsewhere it is a field like others.
                Entry::Tag { key, value } if record.received && !fixed.contains_key(key) => {
                    required.push(literal(key));
                    fields.push_str(&constant(key, value));
                }
                Entry::Tag { key, value } => {
                    essential.push(literal(key));
                    tags.push(literal(&field(key)));
                    fields.push_str(&tag(key, value));
                }
                Entry::Field(one) => {
                    if let Some(value) = fixed.get(&one.key) {
                        essential.push(literal(&one.key));
                        fields.push_str(&tag(&one.key, value));
                        continue;
                    }
                    if one.presence.required {
                        required.push(literal(&one.key));
                    }
                    fields.push_str(&self::fields(one, record.received));
                }
            }
        }
        let sets = if record.received {
            vec![("essential", &essential), ("required", &required)]
        } else {
            vec![("tags", &tags)]
        };
        for (name, keys) in sets.into_iter().filter(|(_, keys)| !keys.is_empty()) {
            let keys = keys.join(", ");
            let _ = writeln!(self.text, "    {name}: ClassVar[frozenset[str]] = frozenset({{{keys}}})");
        }
        let _ = write!(self.text, "{fields}\n\n");
    }

    fn item(&mut self, module: Module, item: &Item) {
        match item {
            Item::Record(record) => self.record(module, record, &BTreeMap::new()),
            Item::OpenEnum(known) => {
                let values: Vec<String> = known.variants.iter().map(|(_, value)| literal(value)).collect();
                let _ = write!(
                    self.text,
                    "# Other values are taken as well, as a newer build may send them.\n\
                     {}: TypeAlias = Literal[{}] | str\n\n\n",
                    of(module, &known.name),
                    values.join(", ")
                );
            }
            Item::Tagged(tagged) => self.tagged(module, tagged),
            Item::Choice(choice) => {
                let sent = module == Module::SegmentsSend || self.actions;
                let forms: Vec<String> = choice.forms.iter().map(|form| ty(&form.ty, None, sent)).collect();
                let name = of(module, &choice.name);
                let _ = writeln!(self.aliases, "{name}: TypeAlias = {}", forms.join(" | "));
            }
        }
    }

    fn tagged(&mut self, module: Module, tagged: &Tagged) {
        let branches: Vec<(String, String)> =
            tagged.branches.iter().map(|branch| (branch.tag.clone(), ty(&branch.ty, None, false))).collect();
        self.union(&of(module, &tagged.name), &tagged.key, &branches);
    }

    /// A union that one key decides; an object of another kind is kept whole.
    fn union(&mut self, name: &str, key: &str, branches: &[(String, String)]) {
        let known: Vec<String> = branches.iter().map(|(tag, _)| literal(tag)).collect();
        let function = format!("_{}_kind", crate::names::snake(name));
        let _ = write!(
            self.text,
            "def {function}(of: Any) -> str:\n    kind = _value(of, {})\n    \
             return kind if isinstance(kind, str) and kind in {{{}}} else \"\"\n\n\n",
            literal(key),
            known.join(", ")
        );
        self.alias(name, &function, branches);
    }

    fn alias(&mut self, name: &str, function: &str, branches: &[(String, String)]) {
        let _ = writeln!(self.aliases, "{name}: TypeAlias = Annotated[");
        for (tag, ty) in branches {
            let _ = writeln!(self.aliases, "    Annotated[{ty}, Tag({})]\n    |", literal(tag));
        }
        let _ = writeln!(self.aliases, "    Annotated[Unknown, Tag(\"\")],\n    Discriminator({function}),\n]");
    }

    fn direction(&mut self, direction: &Direction) {
        let sends = direction.module == Module::SegmentsSend;
        let (prefix, base) = if sends { ("Send", "Sent") } else { ("", "Received") };
        let mut branches = Vec::new();
        for segment in &direction.segments {
            segment.items.iter().for_each(|it| self.item(direction.module, it));
            let name = format!("{prefix}{}Segment", segment.branch.name);
            let _ = writeln!(self.text, "class {name}({base}):");
            self.docs("    ", &segment.branch.docs.paragraphs);
            let data = ty(&segment.branch.ty, None, sends);
            let (kind, key) = (field(SEGMENT_TYPE), field(SEGMENT_DATA));
            let tag = literal(&segment.branch.tag);
            if sends {
                let tags = literal(&kind);
                let _ = write!(
                    self.text,
                    "    tags: ClassVar[frozenset[str]] = frozenset({{{tags}}})\n    \
                     {kind}: Literal[{tag}] = {tag}\n    {key}: {data}\n\n\n"
                );
            } else {
                let essential = literal(SEGMENT_TYPE);
                let _ = write!(
                    self.text,
                    "    essential: ClassVar[frozenset[str]] = frozenset({{{essential}}})\n    \
                     {kind}: Literal[{tag}] = {tag}\n    {key}: {data} | None = None\n\n\n"
                );
            }
            branches.push((segment.branch.tag.clone(), name));
        }
        let segment = if sends { "SendSegment" } else { "ReceivedSegment" };
        if sends {
            let names: Vec<String> = branches.iter().map(|(_, name)| name.clone()).collect();
            let names = if names.is_empty() { "Sent".to_owned() } else { names.join(" | ") };
            let _ = writeln!(self.aliases, "{segment}: TypeAlias = {names} | dict[str, Any]");
        } else {
            self.union(segment, SEGMENT_TYPE, &branches);
        }
        let list = format!("list[{segment}]");
        let message = match direction.message {
            Some(message) if message.single => format!("str | {segment} | {list}"),
            Some(_) => format!("str | {list}"),
            None => list,
        };
        let name = if sends { "SendMessage" } else { "ReceivedMessage" };
        let _ = writeln!(self.aliases, "{name}: TypeAlias = {message}");
    }

    fn events(&mut self, plan: &Plan) {
        let mut sorted: Vec<_> = plan.events.iter().collect();
        sorted.sort_by_key(|event| (std::cmp::Reverse(event.identify.len()), &event.name));
        self.text.push_str("# The keys and values that identify each event, the most first.\n");
        self.text.push_str("EVENTS: list[tuple[str, dict[str, str]]] = [\n");
        for event in &sorted {
            let keys: Vec<String> =
                event.identify.iter().map(|(key, value)| format!("{}: {}", literal(key), literal(value))).collect();
            let _ = writeln!(self.text, "    ({}, {{{}}}),", literal(&event.name), keys.join(", "));
        }
        self.text.push_str(
            "]\n\n\ndef event_name(of: Any) -> str:\n    \"\"\"The name of the event that a frame is; empty for an unknown \
             one.\"\"\"\n    for name, keys in EVENTS:\n        \
             if all(_value(of, key) == value for key, value in keys.items()):\n            return name\n    return \"\"\n\n\n",
        );
        let branches: Vec<(String, String)> =
            plan.events.iter().map(|event| (event.name.clone(), of(Module::Events, &event.record.name))).collect();
        self.alias("Event", "event_name", &branches);
    }
}

fn tag(key: &str, value: &str) -> String {
    let name = field(key);
    let default =
        if name == key { literal(value) } else { format!("Field(default={}, alias={})", literal(value), literal(key)) };
    format!("    {name}: Literal[{}] = {default}\n", literal(value))
}

/// A field that holds one value, where it can be read.
fn constant(key: &str, value: &str) -> String {
    let name = field(key);
    let default = if name == key { "None".to_owned() } else { format!("Field(default=None, alias={})", literal(key)) };
    format!("    {name}: Literal[{}] | None = {default}\n", literal(value))
}

fn fields(one: &Field, received: bool) -> String {
    let name = field(&one.key);
    let mut held = ty(&one.ty, one.ids, !received);
    let optional = received || !one.presence.required;
    if (optional || one.presence.nullable) && !matches!(one.ty, Type::Raw | Type::Empty) {
        held.push_str(" | None");
    }
    let alias = (name != one.key).then(|| format!("alias={}", literal(&one.key)));
    let default = match (optional, alias) {
        (true, Some(alias)) => format!(" = Field(default=None, {alias})"),
        (true, None) => " = None".to_owned(),
        (false, Some(alias)) => format!(" = Field({alias})"),
        (false, None) => String::new(),
    };
    let docs =
        one.docs.paragraphs.first().map(|text| format!("    # {}\n", text.replace('\n', " "))).unwrap_or_default();
    format!("{docs}    {name}: {held}{default}\n")
}

/// The bot, with a method for each action.
pub(super) fn bot(plan: &Plan) -> String {
    let mut text = HEAD_OF_BOT.to_owned();
    let mut used = BTreeSet::new();
    let mut methods = String::new();
    for action in plan.actions.values().flatten() {
        let name = field(&action.called);
        if !used.insert(name.clone()) {
            continue;
        }
        let result = qualified(&action.response);
        let mut arguments = Vec::new();
        let mut given = Vec::new();
        let mut sorted: Vec<&Field> = action.params.fields().collect();
        sorted.sort_by_key(|one| !one.presence.required);
        for one in sorted {
            let (argument, held) = (field(&one.key), qualified_in(&one.ty, one));
            if one.presence.required {
                let null = if one.presence.nullable && held != "Any" { " | None" } else { "" };
                arguments.push(format!("{argument}: {held}{null}"));
            } else {
                let null = if held == "Any" { "" } else { " | None" };
                arguments.push(format!("{argument}: {held}{null} = None"));
            }
            given.push(format!("{}: {argument}", literal(&one.key)));
        }
        let star = if arguments.is_empty() { String::new() } else { format!(", *, {}", arguments.join(", ")) };
        let docs = action.params.docs.paragraphs.first().cloned().unwrap_or_default().replace('\\', "\\\\");
        let required: Vec<String> = action.params.required().iter().map(|one| literal(&one.key)).collect();
        let required =
            if required.is_empty() { "frozenset()".to_owned() } else { format!("{{{}}}", required.join(", ")) };
        let _ = write!(
            methods,
            "\n    async def {name}(self{star}) -> {result}:\n        \"\"\"{docs}\"\"\"\n        \
             call = params(models.{}, {{{}}}, {required})\n        \
             return await self.call({}, call, TypeAdapter[{result}]({result}))\n",
            of(Module::Actions, &action.params.name),
            given.join(", "),
            literal(&action.name),
        );
    }
    text.push_str(&methods);
    text
}

/// A type as the module of the bot writes it: what has a name stands among the models.
fn qualified(held: &Type) -> String {
    match held {
        Type::Named(Path { module: Module::Ids, .. }) => "int | str".to_owned(),
        Type::Named(path) => format!("models.{}", of(path.module, &path.name)),
        Type::List(item) => format!("list[{}]", qualified(item)),
        Type::Map(item) => format!("dict[str, {}]", qualified(item)),
        Type::Option(item) => format!("{} | None", qualified(item)),
        Type::TextIds(item) => qualified(item),
        plain => ty(plain, None, false),
    }
}

fn qualified_in(held: &Type, one: &Field) -> String {
    if one.message {
        return "models.SendMessage | str".to_owned();
    }
    qualified(held)
}

const HEAD_OF_BOT: &str = r#""""A bot with a method for each action."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, TypeVar

from pydantic import TypeAdapter
from typing_extensions import Self

from . import models
from ._base import Sent, decode_value
from .client import Connection, Options

T = TypeVar("T")
EVENT: TypeAdapter[models.Event] = TypeAdapter(models.Event)


def params(of: type[Sent], given: dict[str, Any], required: frozenset[str] | set[str]) -> dict[str, Any]:
    """The parameters of a call; those that are `None` are left out, where they may be."""
    kept = {key: value for key, value in given.items() if value is not None or key in required}
    return of.model_validate(kept).to_dict()


class Bot:
    """A bot on a connection: `async with Bot.connect(url) as bot`, then `async for event in bot`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @classmethod
    def connect(cls, url: str, options: Options | None = None) -> Self:
        """Takes the address; entering the bot connects."""
        return cls(Connection(url, options or Options()))

    async def __aenter__(self) -> Self:
        await self.connection.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.connection.close()

    async def __aiter__(self) -> AsyncIterator[models.Event]:
        while (frame := await self.connection.next_event()) is not None:
            yield decode_value(EVENT, models.event_name(frame) or "event", frame)

    async def call(self, action: str, params: dict[str, Any], result: TypeAdapter[T]) -> T:
        """Calls an action; the methods below know its parameters and its result."""
        return decode_value(result, action, await self.connection.call(action, params))
"#;
