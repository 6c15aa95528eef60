//! What a dialect takes over unchanged from the dialect that it extends.
//!
//! A unit is what one contract becomes, or a union of several. It is taken over when the parent makes the same of it, and
//! when everything that it refers to is taken over, too.

use std::collections::{BTreeMap, BTreeSet};

use crate::lower::id_name;
use crate::model::{Branch, Item, Module, Path, Record};
use crate::plan::{ActionPlan, CqPlan, Direction, EnvelopePlan, EventPlan, MessagePlan, Plan};

/// What a dialect takes over.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    /// The dialect that has it.
    pub(crate) parent: String,
    /// Names of types, by module.
    names: BTreeSet<(Module, String)>,
    /// Whether its CQ codes are written in the same way.
    pub(crate) cq: bool,
}

impl Inherited {
    /// Whether a type is one of the parent.
    pub(crate) fn has(&self, module: Module, name: &str) -> bool {
        self.names.contains(&(module, name.to_owned()))
    }

    /// All types that are the parent's.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Module, &str)> {
        self.names.iter().map(|(module, name)| (*module, name.as_str()))
    }

    /// The types of a module that are the parent's.
    pub(crate) fn of(&self, module: Module) -> impl Iterator<Item = &str> {
        self.names.iter().filter(move |(of, _)| *of == module).map(|(_, name)| name.as_str())
    }
}

/// Finds what `child` takes over from `parent`.
pub(crate) fn inherited(child: &Plan, parent: &Plan) -> Inherited {
    let (own, theirs) = (units(child), units(parent));
    let by_key: BTreeMap<_, _> = theirs.iter().map(|unit| (unit.key(), unit)).collect();
    let mut same: Vec<&Unit<'_>> =
        own.iter().filter(|unit| by_key.get(&unit.key()).is_some_and(|other| other.content == unit.content)).collect();
    let mut names = declared(&same);
    loop {
        same.retain(|unit| unit.uses().iter().all(|path| names.contains(&(path.module, path.name.clone()))));
        let left = declared(&same);
        if left == names {
            break;
        }
        names = left;
    }
    Inherited { parent: parent.dialect.clone(), names, cq: child.cq.is_some() && child.cq == parent.cq }
}

fn declared(units: &[&Unit<'_>]) -> BTreeSet<(Module, String)> {
    units.iter().flat_map(|unit| unit.names().into_iter().map(|name| (unit.module, name))).collect()
}

/// What is taken over as a whole, or not at all.
struct Unit<'a> {
    module: Module,
    name: String,
    content: Content<'a>,
}

#[derive(PartialEq)]
enum Content<'a> {
    Id,
    Items(&'a [Item]),
    Event(&'a EventPlan),
    Action(&'a ActionPlan),
    Envelope(&'a EnvelopePlan),
    /// The union of the segments of a direction.
    Segments(Vec<&'a Branch>),
    /// The union of all events.
    Events(Vec<&'a EventPlan>),
    /// A message of the segments in a union.
    Message(MessagePlan, &'a CqPlan, &'static str),
    /// A message that is a plain list of the segments in a union, with where its text stands.
    List(Option<&'a (String, String)>, &'static str),
}

fn units(plan: &Plan) -> Vec<Unit<'_>> {
    let mut units = Vec::new();
    let mut add = |module, name: &str, content| units.push(Unit { module, name: name.to_owned(), content });
    for kind in &plan.ids {
        add(Module::Ids, &id_name(kind), Content::Id);
    }
    for shared in &plan.types {
        add(Module::Types, &shared.name, Content::Items(&shared.items));
    }
    for (direction, union, message) in
        [(&plan.send, "SendSegment", "SendMessage"), (&plan.receive, "ReceiveSegment", "ReceiveMessage")]
    {
        for segment in &direction.segments {
            add(direction.module, &segment.branch.tag, Content::Items(&segment.items));
        }
        add(Module::Segments, union, Content::Segments(branches(direction)));
        if let (Some(form), Some(cq)) = (direction.message, &plan.cq) {
            add(Module::Segments, message, Content::Message(form, cq, union));
        }
    }
    if plan.send.message.is_none() {
        add(Module::Segments, "SendMessage", Content::List(plan.text.as_ref(), "SendSegment"));
    }
    for event in &plan.events {
        add(Module::Events, &event.record.name, Content::Event(event));
    }
    add(Module::Events, "Event", Content::Events(plan.events.iter().collect()));
    for action in plan.actions.values().flatten() {
        add(Module::Actions, &action.params.name, Content::Action(action));
    }
    add(Module::Envelope, "Envelope", Content::Envelope(&plan.envelope));
    units
}

fn branches(direction: &Direction) -> Vec<&Branch> {
    direction.segments.iter().map(|segment| &segment.branch).collect()
}

impl Unit<'_> {
    fn key(&self) -> (Module, &str) {
        (self.module, &self.name)
    }

    /// The types that it declares.
    fn names(&self) -> Vec<String> {
        let of_items = |items: &[Item]| items.iter().flat_map(Item::names).collect();
        let with_record = |record: &Record, items: &[Item]| {
            let mut names: Vec<String> = of_items(items);
            names.extend(record.names());
            names
        };
        match &self.content {
            Content::Items(items) => of_items(items),
            Content::Event(event) => with_record(&event.record, &event.items),
            Content::Action(action) => with_record(&action.params, &action.items),
            Content::Envelope(envelope) => of_items(&envelope.items),
            Content::Id | Content::Segments(_) | Content::Events(_) | Content::Message(..) | Content::List(..) => {
                vec![self.name.clone()]
            }
        }
    }

    /// The types that it refers to.
    fn uses(&self) -> Vec<Path> {
        let mut uses = Vec::new();
        let mut items = |items: &[Item]| items.iter().for_each(|item| item.types(&mut |ty| ty.paths(&mut uses)));
        match &self.content {
            Content::Id => {}
            Content::Items(of) => items(of),
            Content::Envelope(envelope) => items(&envelope.items),
            Content::Event(event) => {
                items(&event.items);
                event.record.types(&mut |ty| ty.paths(&mut uses));
            }
            Content::Action(action) => {
                items(&action.items);
                action.params.types(&mut |ty| ty.paths(&mut uses));
                action.response.paths(&mut uses);
            }
            Content::Segments(branches) => branches.iter().for_each(|branch| branch.ty.paths(&mut uses)),
            Content::Events(events) => {
                let path = |event: &&EventPlan| Path { module: Module::Events, name: event.record.name.clone() };
                uses.extend(events.iter().map(path));
            }
            Content::Message(.., union) | Content::List(_, union) => {
                uses.push(Path { module: Module::Segments, name: (*union).to_owned() });
            }
        }
        uses
    }
}
