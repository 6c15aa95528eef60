//! A whole dialect, lowered: what every back end makes its files from.

pub(crate) mod conversation;
mod received;

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::model::{Action, CqCode, Effect, Event, MessageForm, Outcome, RequestFrame, Segment, Suffixes};
use botspec_schema::{DATA, Dialect, Loaded, RETCODE, STATUS};

use self::conversation::Conversation;
use crate::CodegenError;
use crate::docs::Docs;
use crate::lower::reference::is_item;
use crate::lower::{Lower, Naming, Place};
use crate::model::{Branch, Entry, Item, Module, Record, Type};
use crate::wire::Wire;
use crate::{docs, names};

/// Everything that the files of a dialect are made from.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) dialect: String,
    pub(crate) title: String,
    pub(crate) ids: BTreeSet<String>,
    pub(crate) types: Vec<TypePlan>,
    pub(crate) send: Direction,
    pub(crate) receive: Direction,
    pub(crate) events: Vec<EventPlan>,
    /// By category.
    pub(crate) actions: BTreeMap<String, Vec<ActionPlan>>,
    pub(crate) envelope: EnvelopePlan,
    /// What a name of an action may end with.
    pub(crate) suffixes: Option<Suffixes>,
    pub(crate) cq: Option<CqPlan>,
    /// The type of the segment that holds words as they are, and the key of its data that does.
    pub(crate) text: Option<(String, String)>,
    /// What a client has to know of the transports.
    pub(crate) wire: Option<Wire>,
    /// Where messages stand in events, and how they are answered.
    pub(crate) conversation: Conversation,
}

/// One shared type.
#[derive(Debug, PartialEq)]
pub(crate) struct TypePlan {
    pub(crate) name: String,
    pub(crate) items: Vec<Item>,
}

/// The segments of one direction.
#[derive(Debug, PartialEq)]
pub(crate) struct Direction {
    pub(crate) module: Module,
    /// The form of messages of these segments; nothing where they are plain lists.
    pub(crate) message: Option<MessagePlan>,
    pub(crate) segments: Vec<SegmentPlan>,
}

/// A message that is more than a list of segments: it may be a string.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MessagePlan {
    /// Whether one segment by itself is a message.
    pub(crate) single: bool,
}

/// One segment.
#[derive(Debug, PartialEq)]
pub(crate) struct SegmentPlan {
    pub(crate) branch: Branch,
    pub(crate) items: Vec<Item>,
}

/// One event.
#[derive(Debug, PartialEq)]
pub(crate) struct EventPlan {
    pub(crate) name: String,
    /// The key and value pairs that make it this event.
    pub(crate) identify: BTreeMap<String, String>,
    pub(crate) short: Docs,
    pub(crate) record: Record,
    /// What the record needs, and the quick operation.
    pub(crate) items: Vec<Item>,
}

/// One action.
#[derive(Debug, PartialEq)]
pub(crate) struct ActionPlan {
    /// On the wire.
    pub(crate) name: String,
    /// What its names in code are made from.
    pub(crate) called: String,
    pub(crate) effect: Effect,
    pub(crate) params: Record,
    pub(crate) response: Type,
    pub(crate) items: Vec<Item>,
}

/// The envelope of answers and the frame of calls.
#[derive(Debug, PartialEq)]
pub(crate) struct EnvelopePlan {
    pub(crate) items: Vec<Item>,
    /// The value of `status` and the variant for it, for done, taken on, and not done.
    pub(crate) ok: (String, i64),
    pub(crate) deferred: Option<(String, i64)>,
    pub(crate) failed: String,
    /// Absent where no WebSocket carries calls.
    pub(crate) frame: Option<RequestFrame>,
}

/// The string form of messages.
#[derive(Debug, PartialEq)]
pub(crate) struct CqPlan {
    pub(crate) code: CqCode,
    /// Segment types that have none.
    pub(crate) without: Vec<String>,
}

/// Lowers a dialect.
pub(crate) fn plan(dialect: &Dialect) -> Result<Plan, CodegenError> {
    let mut lower = Lower::new(dialect);
    let types = types(&mut lower, dialect)?;
    let send = direction(&mut lower, dialect, Module::SegmentsSend)?;
    let receive = direction(&mut lower, dialect, Module::SegmentsReceive)?;
    let events = dialect.events.values().map(|event| event_plan(&mut lower, event)).collect::<Result<_, _>>()?;
    let mut actions: BTreeMap<String, Vec<ActionPlan>> = BTreeMap::new();
    let taken = plain_names(dialect);
    for action in dialect.actions.values() {
        let plan = action_plan(&mut lower, action, called(action, &taken))?;
        actions.entry(action.category.clone()).or_default().push(plan);
    }
    let envelope = envelope(&mut lower, dialect)?;
    let cq = dialect.file.cq_code.clone().map(|code| CqPlan { code, without: without_code(dialect) });
    let mut plan = Plan {
        dialect: dialect.name().to_owned(),
        title: dialect.file.title.en.clone(),
        ids: lower.ids,
        types,
        send,
        receive,
        events,
        actions,
        envelope,
        suffixes: dialect.file.suffixes.clone(),
        cq,
        text: dialect.file.text_segment().map(|(segment, key)| (segment.to_owned(), key.to_owned())),
        wire: Wire::of(dialect),
        conversation: Conversation::default(),
    };
    received::mark(&mut plan);
    plan.conversation = Conversation::of(&plan, &dialect.file.roles);
    Ok(plan)
}

fn types(lower: &mut Lower<'_>, dialect: &Dialect) -> Result<Vec<TypePlan>, CodegenError> {
    let mut types = Vec::new();
    for (name, shared) in dialect.types.iter().filter(|(_, shared)| is_item(&shared.schema)) {
        let naming = Naming { name: names::pascal(name), what: name.clone(), docs: docs::shared(shared) };
        let (_, items) = lower.contract(&shared.schema, &naming, &place(&shared.path, "/schema", Module::Types))?;
        types.push(TypePlan { name: name.clone(), items });
    }
    Ok(types)
}

fn direction(lower: &mut Lower<'_>, dialect: &Dialect, module: Module) -> Result<Direction, CodegenError> {
    let mut segments = Vec::new();
    let sends = module == Module::SegmentsSend;
    for segment in dialect.segments.values() {
        let (schema, pointer) = if sends { (&segment.send, "/send") } else { (&segment.receive, "/receive") };
        let Some(schema) = schema else { continue };
        let naming = Naming {
            name: names::pascal(&segment.name),
            what: format!("segment {}", segment.name),
            docs: docs::segment(segment, schema),
        };
        let (lowered, items) = lower.contract(schema, &naming, &place(&segment.path, pointer, module))?;
        let branch = segment_branch(segment, lowered.ty, &segment.path, pointer)?;
        segments.push(SegmentPlan { branch, items });
    }
    let message = message_plan(dialect, sends)?;
    Ok(Direction { module, message, segments })
}

fn message_plan(dialect: &Dialect, sends: bool) -> Result<Option<MessagePlan>, CodegenError> {
    let forms = &dialect.file.message_forms;
    let (forms, key) = if sends { (&forms.send, "send") } else { (&forms.receive, "receive") };
    if forms.as_slice() == [MessageForm::Array] {
        return Ok(None);
    }
    if forms.contains(&MessageForm::String) && dialect.file.cq_code.is_some() {
        return Ok(Some(MessagePlan { single: forms.contains(&MessageForm::Segment) }));
    }
    Err(CodegenError::Unsupported {
        file: format!("contracts/{}/dialect.json", dialect.name()),
        pointer: format!("/message_forms/{key}"),
        problem: "a message is an array and nothing else, or may be a string with codes (`cq_code`)".to_owned(),
    })
}

fn segment_branch(segment: &Segment, ty: Type, file: &str, pointer: &str) -> Result<Branch, CodegenError> {
    if !matches!(ty, Type::Named(_)) {
        return Err(CodegenError::Unsupported {
            file: file.to_owned(),
            pointer: pointer.to_owned(),
            problem: "the data of a segment has to be an object".to_owned(),
        });
    }
    let name = names::pascal(&segment.name);
    Ok(Branch { tag: segment.name.clone(), name, ty, docs: docs::short(&segment.summary) })
}

fn event_plan(lower: &mut Lower<'_>, event: &Loaded<Event>) -> Result<EventPlan, CodegenError> {
    let name = names::pascal(&event.name);
    let naming = Naming { name: name.clone(), what: event.name.clone(), docs: docs::event(event) };
    let (_, mut items) = lower.contract(&event.data, &naming, &place(&event.path, "/data", Module::Events))?;
    let record = take_record(&mut items, &event.path, "/data")?;
    if let Some(schema) = &event.quick_operation {
        let naming = Naming {
            name: format!("{name}QuickOperation"),
            what: format!("quick operation of {}", event.name),
            docs: Docs::text(format!("What may be answered to `{name}` to act at once.")),
        };
        items.extend(lower.contract(schema, &naming, &place(&event.path, "/quick_operation", Module::Events))?.1);
    }
    let (identify, short) = (event.identify.clone(), docs::short(&event.summary));
    Ok(EventPlan { name: event.name.clone(), identify, short, record, items })
}

/// The names of types that actions have a plain name for: one that begins with a letter.
fn plain_names(dialect: &Dialect) -> BTreeSet<String> {
    dialect.actions.keys().filter(|name| is_plain(name)).map(|name| names::pascal(name)).collect()
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// What an action is called: the same action with a mark in front (`.ocr_image` beside `ocr_image`) takes its category
/// into its name.
fn called(action: &Action, taken: &BTreeSet<String>) -> String {
    if !is_plain(&action.name) && taken.contains(&names::pascal(&action.name)) {
        return format!("{}_{}", action.category, action.name);
    }
    action.name.clone()
}

fn action_plan(lower: &mut Lower<'_>, action: &Loaded<Action>, called: String) -> Result<ActionPlan, CodegenError> {
    let name = names::pascal(&called);
    let naming = Naming { name: name.clone(), what: action.name.clone(), docs: docs::action(action) };
    let (_, mut items) = lower.contract(&action.params, &naming, &place(&action.path, "/params", Module::Actions))?;
    let params = take_record(&mut items, &action.path, "/params")?;
    let naming = Naming {
        name: format!("{name}Response"),
        what: format!("answer of {}", action.name),
        docs: Docs::text(format!("What `{name}` answers.")),
    };
    let (result, more) = lower.contract(&action.result, &naming, &place(&action.path, "/result", Module::Actions))?;
    items.extend(more);
    let (name, response) = (action.name.clone(), result.into_type());
    Ok(ActionPlan { name, called, effect: action.effect, params, response, items })
}

fn envelope(lower: &mut Lower<'_>, dialect: &Dialect) -> Result<EnvelopePlan, CodegenError> {
    let file = &format!("contracts/{}/dialect.json", dialect.name());
    let naming = Naming {
        name: "Envelope".to_owned(),
        what: "envelope".to_owned(),
        docs: Docs::text("What stands around every answer."),
    };
    let pointer = "/envelope/schema";
    let (_, mut items) =
        lower.contract(&dialect.file.envelope.schema, &naming, &place(file, pointer, Module::Envelope))?;
    let problem =
        |problem: String| CodegenError::Unsupported { file: file.clone(), pointer: pointer.to_owned(), problem };
    let Some(Item::Record(record)) = items.first_mut() else {
        return Err(problem("the envelope has to be an object".to_owned()));
    };
    for entry in &mut record.entries {
        if let Entry::Field(field) = entry {
            field.essential = field.key == STATUS;
        }
    }
    for key in [STATUS, RETCODE, DATA] {
        let found = record.entries.iter().any(|entry| matches!(entry, Entry::Field(field) if field.key == key));
        if !found {
            return Err(problem(format!("the envelope has no `{key}`, which the bindings read the outcome from")));
        }
    }
    let outcomes = &dialect.file.envelope.outcomes;
    let code = |outcome: &Outcome| (outcome.status.clone(), outcome.retcode.unwrap_or_default());
    Ok(EnvelopePlan {
        ok: code(&outcomes.ok),
        deferred: outcomes.deferred.as_ref().map(code),
        failed: outcomes.failed.status.clone(),
        items,
        frame: dialect.file.request_frame.clone(),
    })
}

fn without_code(dialect: &Dialect) -> Vec<String> {
    dialect.segments.values().filter(|segment| !segment.cq).map(|segment| segment.name.clone()).collect()
}

fn take_record(items: &mut Vec<Item>, file: &str, pointer: &str) -> Result<Record, CodegenError> {
    if let Some(Item::Record(_)) = items.first()
        && let Item::Record(record) = items.remove(0)
    {
        return Ok(record);
    }
    Err(CodegenError::Unsupported {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        problem: "this has to be an object with properties".to_owned(),
    })
}

fn place(file: &str, pointer: &str, module: Module) -> Place {
    Place { file: file.to_owned(), pointer: pointer.to_owned(), module }
}
