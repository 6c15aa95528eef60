//! A script: steps of the world, events and pauses, one after the other.

use std::time::Duration;

use botspec_schema::{Dialect, suggestion};
use serde::Deserialize;
use serde_json::Value;

use crate::server::Server;
use crate::shared::SharedWorld;
use crate::steps;

/// What happens, in the order in which it was written down.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script(Vec<Scene>);

/// A part of a script, with its place.
#[derive(Debug, Clone, PartialEq)]
struct Scene {
    /// The line, or the place in the array.
    place: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Step(String, Value),
    Event(String),
    Pause(Duration),
}

/// A script cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}; a step looks like {EXAMPLE}")]
pub struct ScriptError {
    /// The line, or the place in the array; the first is 1.
    pub place: usize,
    /// What is wrong there.
    pub reason: String,
}

/// What a step looks like.
const EXAMPLE: &str = r#"{"step": "say", "params": {"from": "$friend", "text": "hello"}}"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    step: Option<String>,
    #[serde(default)]
    params: Value,
    event: Option<String>,
    pause_ms: Option<u64>,
}

impl Script {
    /// Reads a script: an array of objects, or one object on each line. Each is a step of the world (`step` with its
    /// `params`), the name of an event to play (`event`), or a pause (`pause_ms`).
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let wrong = |place: usize, reason: String| ScriptError { place, reason };
        // Some editors put a mark before everything.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines: Vec<(usize, Value)> = if text.trim_start().starts_with('[') {
            let items: Vec<Value> =
                serde_json::from_str(text).map_err(|error| wrong(error.line(), error.to_string()))?;
            (1..).zip(items).collect()
        } else {
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let read = |(place, line): (usize, &str)| match serde_json::from_str(line) {
                Ok(value) => Ok((place, value)),
                Err(error) => Err(wrong(place, in_a_line(&error))),
            };
            lines.map(read).collect::<Result<_, _>>()?
        };
        let scene = |(place, value)| match what(value) {
            Ok(what) => Ok(Scene { place, what }),
            Err(reason) => Err(wrong(place, reason)),
        };
        lines.into_iter().map(scene).collect::<Result<_, _>>().map(Self)
    }

    /// The same script, where the dialect has every event that it plays.
    pub fn known_to(self, dialect: &Dialect) -> Result<Self, ScriptError> {
        let unknown = self.0.iter().find_map(|scene| match &scene.what {
            What::Event(name) if !dialect.events.contains_key(name) => Some((scene.place, name)),
            _ => None,
        });
        let Some((place, name)) = unknown else { return Ok(self) };
        let names: Vec<&str> = dialect.events.keys().map(String::as_str).collect();
        let reason = format!("{}; it has {}", no_event(dialect, name), names.join(", "));
        Err(ScriptError { place, reason })
    }

    /// The events of these names, once each, with a pause between two of them.
    pub fn of_events(names: impl IntoIterator<Item = impl Into<String>>, pace: Duration) -> Self {
        let mut scenes = Vec::new();
        for (place, name) in (1..).zip(names) {
            if place > 1 && !pace.is_zero() {
                scenes.push(Scene { place, what: What::Pause(pace) });
            }
            scenes.push(Scene { place, what: What::Event(name.into()) });
        }
        Self(scenes)
    }

    /// Lets it happen. What goes wrong is reported with its place, and the rest goes on.
    pub async fn run(&self, world: &SharedWorld, server: &Server, mut trouble: impl FnMut(usize, String)) {
        for Scene { place, what } in &self.0 {
            let done = match what {
                What::Step(name, params) => world.step(name, params).map(drop).map_err(|error| error.to_string()),
                What::Event(name) => server.play(name).map(drop).map_err(|error| error.to_string()),
                What::Pause(pause) => {
                    tokio::time::sleep(*pause).await;
                    Ok(())
                }
            };
            if let Err(reason) = done {
                trouble(*place, reason);
            }
            // Whoever waits to be served comes first.
            tokio::task::yield_now().await;
        }
    }
}

/// That a dialect has no event of a name, with the closest that it has.
fn no_event(dialect: &Dialect, name: &str) -> String {
    let near = suggestion(name, dialect.events.keys().map(String::as_str));
    format!("`{}` has no event `{name}`{near}", dialect.name())
}

/// What is wrong within a line, which is known already.
fn in_a_line(error: &serde_json::Error) -> String {
    let (text, column) = (error.to_string(), error.column());
    let place = format!(" at line {} column {column}", error.line());
    text.strip_suffix(&place).map_or(text.clone(), |reason| format!("{reason} at column {column}"))
}

fn what(value: Value) -> Result<What, String> {
    if !value.is_object() {
        return Err("it is no object".to_owned());
    }
    let line: Line = serde_json::from_value(value).map_err(|error| error.to_string())?;
    match (line.step, line.event, line.pause_ms) {
        (Some(step), None, None) => {
            steps::check(&step, &line.params).map_err(|error| error.to_string())?;
            Ok(What::Step(step, line.params))
        }
        (None, Some(event), None) if line.params.is_null() => Ok(What::Event(event)),
        (None, None, Some(pause)) if line.params.is_null() => Ok(What::Pause(Duration::from_millis(pause))),
        _ => Err("it has to have `step`, `event` or `pause_ms`, one of them".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_arrays_are_the_same() {
        let lines = "{\"step\": \"say\", \"params\": {\"text\": \"hi\"}}\n\n{\"pause_ms\": 5}\r\n{\"event\": \"x\"}\n";
        let array = " [{\"step\": \"say\", \"params\": {\"text\": \"hi\"}}, {\"pause_ms\": 5}, {\"event\": \"x\"}]";
        let whats = |text: &str| -> Vec<What> {
            Script::parse(text).expect("a script").0.into_iter().map(|scene| scene.what).collect()
        };
        assert_eq!(whats(lines), whats(array));
        assert_eq!(whats(lines).len(), 3);
        assert_eq!(Script::parse(&format!("\u{feff}{lines}")), Script::parse(lines));
        assert_eq!(Script::parse(""), Ok(Script::default()));
    }

    #[test]
    fn what_is_wrong_is_reported_with_its_place() {
        for (text, place, reason) in [
            ("{\"pause_ms\": 1}\n{\"step\": \"dance\"}", 2, "there is no step `dance`; there are"),
            ("{\"step\": \"set_admins\"}", 1, "there is no step `set_admins` (closest: set_admin); there are"),
            ("\n{", 2, "EOF while parsing an object at column 1"),
            ("[{\"pause_ms\": 1},\n{\"step\": 1}]", 2, "invalid type"),
            ("[\n{]", 2, "key must be a string"),
            ("7", 1, "it is no object"),
            ("{}", 1, "one of them"),
            ("{\"step\": \"say\", \"event\": \"x\"}", 1, "one of them"),
            ("{\"event\": \"x\", \"params\": {}}", 1, "one of them"),
            ("{\"steps\": \"say\"}", 1, "unknown field `steps`"),
            ("{\"pause_ms\": -1}", 1, "invalid value"),
            (
                "\n{\"step\": \"say\", \"params\": {\"txt\": \"x\"}}",
                2,
                "unknown field `txt`; it takes text or message, from?",
            ),
            ("{\"step\": \"say\"}", 1, "`text or message` is missing"),
            ("{\"step\": \"title\", \"params\": {\"group\": 1}}", 1, "`user` is missing; it takes group, user, name"),
        ] {
            let error = Script::parse(text).expect_err(text);
            assert!(error.place == place && error.reason.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn an_event_that_the_dialect_does_not_have_is_refused_with_those_it_has() {
        let dialect = botspec_schema::Catalog::builtin().dialect("napcat").expect("the dialect");
        let script = |event: &str| Script::parse(&format!("\n{{\"event\": \"{event}\"}}")).expect("a script");
        assert!(script("notice.group_ban").known_to(dialect).is_ok());
        let error = script("notice.group_bann").known_to(dialect).expect_err("no such event");
        assert_eq!(error.place, 2);
        assert!(
            error.reason.contains("no event `notice.group_bann` (closest: notice.group_ban); it has message.group, "),
            "{error}"
        );
    }
}
