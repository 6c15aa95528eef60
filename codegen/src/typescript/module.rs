//! One file of types, as it is written line by line.

use std::collections::{BTreeMap, BTreeSet};

use super::ty;
use crate::model::{Entry, Field, IdForm, Item, Module, Path, Record, Type};

/// The files of the parts of a dialect.
pub(super) const FILES: [(Module, &str); 7] = [
    (Module::Ids, "ids"),
    (Module::Types, "types"),
    (Module::SegmentsSend, "segments_send"),
    (Module::SegmentsReceive, "segments_receive"),
    (Module::Events, "events"),
    (Module::Actions, "actions"),
    (Module::Envelope, "envelope"),
];

fn file_of(module: Module) -> &'static str {
    FILES.iter().find(|(known, _)| *known == module).map_or("types", |(_, file)| file)
}

/// Where a type stands: its file and its name there. Segments and messages of both directions have one name each in their
/// own file.
fn place_of(path: &Path) -> (&'static str, &str) {
    let direction = [("Send", Module::SegmentsSend), ("Receive", Module::SegmentsReceive)];
    let of_direction =
        direction.into_iter().find_map(|(prefix, module)| Some((path.name.strip_prefix(prefix)?, module)));
    match (path.module, of_direction) {
        (Module::Segments, Some((name, module))) => (file_of(module), name),
        (module, _) => (file_of(module), &path.name),
    }
}

/// A file of types that is being written.
pub(super) struct Source {
    module: Module,
    body: String,
    /// The other files that it refers to.
    used: BTreeSet<&'static str>,
}

impl Source {
    pub(super) fn new(module: Module) -> Self {
        Self { module, body: String::new(), used: BTreeSet::new() }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.body.push_str(line);
        self.body.push('\n');
    }

    /// What was written, without imports.
    pub(super) fn text(self) -> String {
        self.body
    }

    /// The whole file. One that holds nothing is a module all the same.
    pub(super) fn finish(self) -> String {
        let imports = self.used.iter().map(|file| format!("import type * as {file} from \"./{file}.js\";\n"));
        let imports: String = imports.collect();
        let body = if self.body.trim().is_empty() { "export {};\n".to_owned() } else { self.body };
        if imports.is_empty() { body } else { format!("{imports}\n{body}") }
    }

    /// A doc comment.
    pub(super) fn docs(&mut self, paragraphs: &[String]) {
        self.docs_at("", paragraphs);
    }

    fn docs_at(&mut self, indent: &str, paragraphs: &[String]) {
        let lines: Vec<String> = paragraphs.join("\n\n").replace("*/", "*\\/").lines().map(str::to_owned).collect();
        match lines.as_slice() {
            [] => {}
            [line] => self.line(&format!("{indent}/** {line} */")),
            lines => {
                self.line(&format!("{indent}/**"));
                for line in lines {
                    self.line(format!("{indent} * {line}").trim_end());
                }
                self.line(&format!("{indent} */"));
            }
        }
    }

    /// A type as this file writes it.
    pub(super) fn ty(&mut self, ty: &Type, ids: Option<IdForm>) -> String {
        let own = file_of(self.module);
        let used = &mut self.used;
        ty::ty(ty, ids, &mut |path| {
            let (file, name) = place_of(path);
            if file == own {
                return name.to_owned();
            }
            used.insert(file);
            format!("{file}.{name}")
        })
    }

    /// A union of types of this file.
    pub(super) fn union(&mut self, name: &str, about: &str, members: &[String]) {
        self.docs(&[about.to_owned()]);
        match members {
            [] => self.line(&format!("export type {name} = never;\n")),
            members => {
                self.line(&format!("export type {name} ="));
                let last = members.len() - 1;
                for (at, member) in members.iter().enumerate() {
                    self.line(&format!("  | {member}{}", if at == last { ";\n" } else { "" }));
                }
            }
        }
    }

    /// A record; `fixed` are keys whose value is known beside its own.
    pub(super) fn record(&mut self, record: &Record, fixed: &BTreeMap<String, String>) {
        self.docs(&record.docs.paragraphs);
        self.line(&format!("export interface {} {{", record.name));
        for entry in &record.entries {
            match entry {
                Entry::Tag { key, value } => self.line(&format!("  {}: {};", ty::key(key), ty::literal(value))),
                Entry::Field(field) => match fixed.get(&field.key) {
                    Some(value) => self.line(&format!("  {}: {};", ty::key(&field.key), ty::literal(value))),
                    None => self.field(field),
                },
            }
        }
        self.line("}\n");
    }

    fn field(&mut self, field: &Field) {
        self.docs_at("  ", &field.docs.paragraphs);
        let held = self.ty(&field.ty, field.ids);
        let null = if field.presence.nullable && !matches!(field.ty, Type::Raw | Type::Empty) { " | null" } else { "" };
        let optional = if field.presence.required { "" } else { "?" };
        self.line(&format!("  {}{optional}: {held}{null};", ty::key(&field.key)));
    }

    /// A named type.
    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Record(record) => self.record(record, &BTreeMap::new()),
            Item::OpenEnum(known) => {
                self.docs(&known.docs.paragraphs);
                let values = known.variants.iter().map(|(_, value)| ty::literal(value)).collect::<Vec<_>>().join(" | ");
                // Other values are taken as well, and an editor still proposes the known ones.
                self.line(&format!("export type {} = {values} | (string & {{}});\n", known.name));
            }
            Item::Tagged(tagged) => {
                let members: Vec<String> = tagged
                    .branches
                    .iter()
                    .map(|branch| {
                        let held = self.ty(&branch.ty, None);
                        format!("({{ {}: {} }} & {held})", ty::key(&tagged.key), ty::literal(&branch.tag))
                    })
                    .collect();
                self.union(&tagged.name, tagged.docs.paragraphs.first().map_or("", String::as_str), &members);
            }
            Item::Choice(choice) => {
                let members: Vec<String> = choice.forms.iter().map(|form| self.ty(&form.ty, None)).collect();
                self.union(&choice.name, choice.docs.paragraphs.first().map_or("", String::as_str), &members);
            }
        }
    }
}
