//! A TypeScript package for a dialect: types, a typed call for each action, and a client.
//!
//! The types are what the compiler erases. A segment and an event narrow by the keys that identify them; a string that a
//! contract lists values of takes other values too, as a newer build may send them.

mod module;
mod package;
mod ty;

use botspec_schema::Dialect;

use crate::CodegenError;
use crate::model::Module;
use crate::output::{GeneratedFile, MARK};
use crate::plan::{self, Plan};
use module::Source;

/// The files of an npm package, sorted by their paths.
pub fn generate(dialect: &Dialect) -> Result<Vec<GeneratedFile>, CodegenError> {
    let plan = plan::plan(dialect)?;
    let wire = &plan.wire;
    let mut files = vec![
        file("actions.ts", &actions(&plan)),
        file("envelope.ts", &items(Module::Envelope, &plan.envelope.items)),
        file("events.ts", &events(&plan)),
        file("ids.ts", &ids(&plan)),
        file("index.ts", &index(&plan)),
        file("kinds.ts", &kinds(&plan)),
        file("segments_receive.ts", &segments(&plan.receive)),
        file("segments_send.ts", &segments(&plan.send)),
        file("types.ts", &types(&plan)),
    ];
    if let Some(wire) = wire {
        files.push(file("client.ts", package::CLIENT));
        files.push(file("ws.d.ts", package::WS));
        files.push(file("wire.ts", &package::wire(wire)));
    }
    files.extend(package::files(dialect, wire.as_ref()));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn file(path: &str, text: &str) -> GeneratedFile {
    GeneratedFile { path: format!("src/{path}"), text: format!("{MARK}\n\n{}\n", text.trim_end()) }
}

fn items(module: Module, items: &[crate::model::Item]) -> String {
    let mut source = Source::new(module);
    for item in items {
        source.item(item);
    }
    source.finish()
}

fn ids(plan: &Plan) -> String {
    let mut source = Source::new(Module::Ids);
    for kind in &plan.ids {
        source.docs(&[format!("Identifies a {}.", kind.replace('-', " "))]);
        source.line(&format!("export type {} = number;", crate::lower::id_name(kind)));
        source.line("");
    }
    source.finish()
}

fn types(plan: &Plan) -> String {
    let mut source = Source::new(Module::Types);
    plan.types.iter().flat_map(|shared| &shared.items).for_each(|item| source.item(item));
    source.finish()
}

fn segments(direction: &plan::Direction) -> String {
    let mut source = Source::new(direction.module);
    let (kind, data) = (botspec_schema::SEGMENT_TYPE, botspec_schema::SEGMENT_DATA);
    let mut names = Vec::new();
    for segment in &direction.segments {
        segment.items.iter().for_each(|item| source.item(item));
        let name = format!("{}Segment", segment.branch.name);
        let held = source.ty(&segment.branch.ty, None);
        source.docs(&segment.branch.docs.paragraphs);
        source.line(&format!("export interface {name} {{"));
        source.line(&format!("  {}: {};", ty::key(kind), ty::literal(&segment.branch.tag)));
        source.line(&format!("  {}: {held};", ty::key(data)));
        source.line("}\n");
        names.push(name);
    }
    source.union("Segment", "A part of a message; `type` is its kind.", &names);
    let list = "Segment[]";
    let message = match direction.message {
        None => list.to_owned(),
        Some(message) if message.single => format!("string | Segment | {list}"),
        Some(_) => format!("string | {list}"),
    };
    source.docs(&["A message in every form that the dialect has.".to_owned()]);
    source.line(&format!("export type Message = {message};"));
    source.finish()
}

fn events(plan: &Plan) -> String {
    let mut source = Source::new(Module::Events);
    let mut names = Vec::new();
    for event in &plan.events {
        source.record(&event.record, &event.identify);
        event.items.iter().for_each(|item| source.item(item));
        names.push(event.record.name.clone());
    }
    source.union("Event", "Every event; the keys that identify it are its kind.", &names);
    source.finish()
}

/// Which event a frame is, as a table of what identifies each, the most keys first.
fn kinds(plan: &Plan) -> String {
    let mut events: Vec<_> = plan.events.iter().collect();
    events.sort_by_key(|event| (std::cmp::Reverse(event.identify.len()), &event.name));
    let mut source = Source::new(Module::Ids);
    source.docs(&["The names of the events, with the keys and values that identify each.".to_owned()]);
    source.line("export const events = [");
    for event in &events {
        let keys: Vec<String> =
            event.identify.iter().map(|(key, value)| format!("{}: {}", ty::key(key), ty::literal(value))).collect();
        source.line(&format!("  [{}, {{ {} }}],", ty::literal(&event.name), keys.join(", ")));
    }
    source.line("] as const;\n");
    let kind = ty::literal(botspec_schema::SEGMENT_TYPE);
    let types: Vec<String> = plan.receive.segments.iter().map(|segment| ty::literal(&segment.branch.tag)).collect();
    source.docs(&["The types of the segments that are received.".to_owned()]);
    source.line(&format!("export const segments: readonly string[] = [{}];\n", types.join(", ")));
    source.docs(&["The name of an event.".to_owned()]);
    source.line("export type EventName = (typeof events)[number][0];\n");
    source.docs(&["The name of the event that a frame is; nothing where no contract describes it.".to_owned()]);
    source.line("export function eventName(frame: object): EventName | undefined {");
    source.line("  const value = (key: string): unknown => (frame as Record<string, unknown>)[key];");
    source.line(
        "  return events.find(([, keys]) => Object.entries(keys).every(([key, known]) => value(key) === known))?.[0];",
    );
    source.line("}\n");
    source.docs(&["Whether a contract describes the type of a segment that came.".to_owned()]);
    source.line("export function isKnownSegment(segment: object): boolean {");
    source.line(&format!("  return segments.includes(String((segment as Record<string, unknown>)[{kind}]));"));
    source.line("}");
    source.text()
}

fn actions(plan: &Plan) -> String {
    let mut source = Source::new(Module::Actions);
    let mut table = Vec::new();
    for action in plan.actions.values().flatten() {
        source.record(&action.params, &std::collections::BTreeMap::new());
        action.items.iter().for_each(|item| source.item(item));
        let optional = action.params.required().is_empty() && action.params.alternatives.is_empty();
        let result = source.ty(&action.response, None);
        table.push((action.name.clone(), action.params.name.clone(), result, optional));
    }
    source.docs(&["What each action takes and what it answers in `data`.".to_owned()]);
    source.line("export interface Actions {");
    for (name, params, result, _) in &table {
        source.line(&format!("  {}: {{ params: {params}; result: {result} }};", ty::key(name)));
    }
    source.line("}\n");
    let free: Vec<String> = table.iter().filter(|it| it.3).map(|it| ty::literal(&it.0)).collect();
    source.docs(&["Actions that can be called without parameters.".to_owned()]);
    source.line(&format!(
        "export type WithoutParams = {};\n",
        if free.is_empty() { "never".to_owned() } else { free.join(" | ") }
    ));
    source.docs(&[
        "A typed call of any action, whatever carries it; `signal` gives up waiting for the answer.".to_owned()
    ]);
    source.line("export interface Call {");
    source.line(
        "  <A extends WithoutParams>(action: A, params?: Actions[A][\"params\"], signal?: AbortSignal): Promise<Actions[A][\"result\"]>;",
    );
    source.line(
        "  <A extends keyof Actions>(action: A, params: Actions[A][\"params\"], signal?: AbortSignal): Promise<Actions[A][\"result\"]>;",
    );
    source.line("}");
    source.finish()
}

/// Everything under one name each: what two modules call the same stands under the name of its module.
fn index(plan: &Plan) -> String {
    let mut source = Source::new(Module::Ids);
    source.docs(&[format!("Types of {}.", plan.title)]);
    for (_, path) in module::FILES {
        source.line(&format!("export type * as {path} from \"./{path}.js\";"));
    }
    source.line("export { eventName, isKnownSegment, type EventName } from \"./kinds.js\";");
    source.line("export type { Actions, Call, WithoutParams } from \"./actions.js\";");
    source.line("export type { Event } from \"./events.js\";");
    source
        .line("export type { Message as ReceivedMessage, Segment as ReceivedSegment } from \"./segments_receive.js\";");
    source.line("export type { Message, Segment } from \"./segments_send.js\";");
    source.text()
}
