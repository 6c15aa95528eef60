//! A Python package for a dialect: pydantic models, a method for each action, and a client for asyncio.
//!
//! All models stand in one module, as they refer to each other in circles; what two parts of the dialect call the same has
//! the part in its name.

mod models;
mod names;
mod package;

use botspec_schema::Dialect;

use crate::CodegenError;
use crate::output::GeneratedFile;
use crate::plan::{self, Plan};

/// The files of a package, sorted by their paths.
pub fn generate(dialect: &Dialect) -> Result<Vec<GeneratedFile>, CodegenError> {
    let mut plan = plan::plan(dialect)?;
    rename_collisions(&mut plan);
    let folder = format!("src/{}", package::module(dialect.name()));
    let below = |path: &str, text: String| GeneratedFile { path: format!("{folder}/{path}"), text };
    let mut files = vec![
        below("__init__.py", package::root(dialect, plan.wire.is_some())),
        below("_base.py", package::marked(package::BASE)),
        below("models.py", package::marked(&models::models(&plan))),
        below("py.typed", String::new()),
    ];
    if let Some(wire) = &plan.wire {
        files.push(below("bot.py", package::marked(&models::bot(&plan))));
        files.push(below("client.py", package::marked(package::CLIENT)));
        files.push(below("wire.py", package::marked(&package::wire(wire))));
    }
    files.extend(package::files(dialect, plan.wire.as_ref()));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Gives an event another name where a shared type has its name.
fn rename_collisions(plan: &mut Plan) {
    let types: Vec<String> =
        plan.types.iter().flat_map(|shared| &shared.items).map(|item| item.name().to_owned()).collect();
    for event in plan.events.iter_mut().filter(|event| types.contains(&event.record.name)) {
        event.record.name.push_str("Event");
    }
}
