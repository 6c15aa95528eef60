//! Where messages stand in events, who wrote them and where, and which actions answer them: the same questions in every
//! dialect, answered from its contracts.

use botspec_schema::model::ActionRoles;

use super::received::items;
use super::{ActionPlan, EventPlan, Plan};
use crate::lower::id_name;
use crate::model::{Branch, Field, Item, Module, Path, Record, Type};

/// The kinds of id that conversations are made of; a peer is a user or a group.
pub(crate) const USER: &str = "user";
pub(crate) const GROUP: &str = "group";
pub(crate) const PEER: &str = "peer";
const MESSAGE: &str = "message";

/// Messages in events, and the actions that send them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Conversation {
    /// Events that hold a message, by the name of their record.
    pub(crate) messages: Vec<MessageEvent>,
    /// Other events that state in which group they happened: the record, and how to come to the id.
    pub(crate) groups: Vec<(String, GroupAt)>,
    /// The action that sends to a user, and the one that sends to a group.
    pub(crate) send: Option<[SendAction; 2]>,
}

/// An event that holds a message.
#[derive(Debug, PartialEq)]
pub(crate) struct MessageEvent {
    pub(crate) event: String,
    /// The field that names the account that received the event.
    pub(crate) own: Field,
    pub(crate) body: Body,
}

/// Where in the event the message stands.
#[derive(Debug, PartialEq)]
pub(crate) enum Body {
    /// In its own fields.
    Own(Box<MessageFields>),
    /// In a field that holds one of several records, each a branch of this union.
    Inside { field: Field, union: Path, branches: Vec<(Branch, MessageFields)> },
}

/// The fields of a message.
#[derive(Debug, PartialEq)]
pub(crate) struct MessageFields {
    pub(crate) message: Field,
    /// Whether the message is a plain list of segments.
    pub(crate) list: bool,
    pub(crate) sender: Option<Field>,
    pub(crate) id: Option<Field>,
    /// Absent where it was not written in a group.
    pub(crate) group: Option<GroupAt>,
}

/// How to come to the id of a group.
#[derive(Debug, PartialEq)]
pub(crate) struct GroupAt {
    /// The field with the id, or with the record that holds it.
    pub(crate) field: Field,
    /// The field of that record.
    pub(crate) inside: Option<Field>,
    /// A field that holds the same id under another kind.
    pub(crate) peer: Option<Field>,
}

/// An action that sends a message.
#[derive(Debug, PartialEq)]
pub(crate) struct SendAction {
    /// The name of the record of its parameters.
    pub(crate) name: String,
    /// Whether the message comes before the recipient.
    pub(crate) message_first: bool,
    /// The field of its answer that holds the id of the message.
    pub(crate) id: Option<Field>,
}

impl Conversation {
    pub(super) fn of(plan: &Plan, roles: &ActionRoles) -> Self {
        let Some(own) = own(plan) else { return Self::default() };
        let (mut messages, mut groups) = (Vec::new(), Vec::new());
        for event in &plan.events {
            match body(plan, &event.record, &own) {
                Some(body) => messages.push(MessageEvent { event: event.record.name.clone(), own: own.clone(), body }),
                None => groups.extend(event_group(plan, event).map(|group| (event.record.name.clone(), group))),
            }
        }
        let action = |name: &Option<String>| plan.actions.values().flatten().find(|it| Some(&it.name) == name.as_ref());
        let user = action(&roles.say_to_user).and_then(|action| sends(plan, action, USER));
        let group = action(&roles.say_to_group).and_then(|action| sends(plan, action, GROUP));
        Self { messages, groups, send: user.zip(group).map(|(user, group)| [user, group]) }
    }
}

/// The field by which every event names the account that received the event.
fn own(plan: &Plan) -> Option<Field> {
    let (first, rest) = plan.events.split_first()?;
    let everywhere =
        |field: &&Field| rest.iter().all(|event| event.record.required().iter().any(|it| it.key == field.key));
    first.record.required().into_iter().filter(everywhere).find(|field| is_id(field, USER)).cloned()
}

fn is_id(field: &Field, kind: &str) -> bool {
    field.ty == Type::Named(Path { module: Module::Ids, name: id_name(kind) })
}

fn id(record: &Record, kind: &str) -> Option<Field> {
    record.fields().find(|field| is_id(field, kind)).cloned()
}

fn body(plan: &Plan, record: &Record, own: &Field) -> Option<Body> {
    if let Some(fields) = fields(plan, record, Some(own)) {
        return Some(Body::Own(Box::new(fields)));
    }
    record.fields().find_map(|field| {
        let Type::Named(union) = &field.ty else { return None };
        let Some(Item::Tagged(tagged)) = named(plan, union) else { return None };
        let branches = tagged.branches.iter().filter_map(|branch| {
            let Type::Named(path) = &branch.ty else { return None };
            let Some(Item::Record(record)) = named(plan, path) else { return None };
            Some((branch.clone(), fields(plan, record, None)?))
        });
        let branches: Vec<_> = branches.collect();
        (!branches.is_empty()).then(|| Body::Inside { field: field.clone(), union: union.clone(), branches })
    })
}

fn fields(plan: &Plan, record: &Record, own: Option<&Field>) -> Option<MessageFields> {
    let received = |name: &str| Type::Named(Path { module: Module::Segments, name: name.to_owned() });
    let list_type = Type::List(Box::new(received("ReceiveSegment")));
    let whole = received("ReceiveMessage");
    let message = record.required().into_iter().find(|field| field.ty == whole || field.ty == list_type)?.clone();
    let sender = record.fields().find(|field| is_id(field, USER) && own.is_none_or(|own| own.key != field.key));
    Some(MessageFields {
        list: message.ty == list_type,
        message,
        sender: sender.cloned(),
        id: id(record, MESSAGE),
        group: group(plan, record),
    })
}

/// The group that a record requires: its id, or a record that holds it.
fn group(plan: &Plan, record: &Record) -> Option<GroupAt> {
    let required = record.required();
    if let Some(field) = required.iter().find(|field| is_id(field, GROUP)) {
        return Some(GroupAt { field: (*field).clone(), inside: None, peer: None });
    }
    let peer = id(record, PEER)?;
    required.into_iter().find_map(|field| {
        let Type::Named(path) = &field.ty else { return None };
        let Some(Item::Record(inner)) = named(plan, path) else { return None };
        // A member of a group names it as well, and first of all itself.
        let inside = id(inner, GROUP).filter(|_| id(inner, USER).is_none())?;
        Some(GroupAt { field: field.clone(), inside: Some(inside), peer: Some(peer.clone()) })
    })
}

/// The group in which something else happened: its id in the event, or in the record that holds what happened.
fn event_group(plan: &Plan, event: &EventPlan) -> Option<GroupAt> {
    if let Some(field) = id(&event.record, GROUP) {
        return Some(GroupAt { field, inside: None, peer: None });
    }
    event.record.required().into_iter().find_map(|field| {
        let Type::Named(path) = &field.ty else { return None };
        let Some(Item::Record(inner)) = named(plan, path) else { return None };
        Some(GroupAt { field: field.clone(), inside: Some(id(inner, GROUP)?), peer: None })
    })
}

fn named<'p>(plan: &'p Plan, path: &Path) -> Option<&'p Item> {
    items(plan, path.module).find(|item| item.name() == path.name)
}

fn sends(plan: &Plan, action: &ActionPlan, kind: &str) -> Option<SendAction> {
    let required = action.params.required();
    let [first, second] = required.as_slice() else { return None };
    let message_first = match (is_id(first, kind), is_id(second, kind)) {
        (true, false) => false,
        (false, true) => true,
        _ => return None,
    };
    let answer = match &action.response {
        Type::Named(path) => named(plan, path),
        _ => None,
    };
    let id = match answer {
        Some(Item::Record(record)) => id(record, MESSAGE),
        _ => None,
    };
    Some(SendAction { name: action.params.name.clone(), message_first, id })
}
