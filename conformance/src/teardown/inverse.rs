//! What puts a change back, derived from the contracts: a read that reports the value which a call sets, an action that
//! removes what a call makes, an action that does the opposite.

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::model::{Action, Effect, Fixture, FoundBy, Leaves};
use serde_json::{Map, Value};

use super::Call;
use crate::contract::{Contract, id_text};

/// How the change that an action makes is put back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Inverse {
    /// Nothing has to be put back.
    Nothing,
    /// The same call with its switch turned the other way.
    Switch(String),
    /// The same call with the value that a read reported before.
    Restore(Restore),
    /// A call about the thing that the answer names.
    Remove(Remove),
    /// Another action about the same thing.
    Opposite {
        /// The action.
        action: String,
        /// Its parameters, each with the one of the call that it is taken from.
        shared: Vec<(String, String)>,
    },
}

impl Inverse {
    /// The read that it takes.
    pub(crate) fn read(&self) -> Option<&str> {
        match self {
            Self::Restore(restore) => Some(&restore.read),
            Self::Remove(Remove { listed: Some(listed), .. }) => Some(&listed.read),
            _ => None,
        }
    }
}

/// A read that reports what an action sets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Restore {
    /// The read.
    pub(crate) read: String,
    /// Its parameters, each with the one of the call that it is taken from.
    asks: Vec<(String, String)>,
    /// Its parameters that report a cache off.
    uncached: Vec<String>,
    /// Where its data holds the thing itself, or a list of such things.
    at: String,
    /// In a list, the fields by which the thing is found, each with the parameter that has the same id.
    found_by: Option<Vec<(String, String)>>,
    /// The parameters with a value, each with the field that has it.
    values: Vec<(String, Field)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    /// The field holds the value.
    Is(String),
    /// The field holds this word where the value is true.
    Says(String, String),
    /// The thing is on the list where the value is true.
    Listed,
}

/// An action that removes what another one made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remove {
    action: String,
    /// The parameter that names the thing, and where the data of the answer does.
    own: String,
    at: Option<String>,
    /// Where its id is listed, where the answer does not report it.
    listed: Option<Listed>,
    /// The other parameters, each with the one of the call that it is taken from.
    shared: Vec<(String, String)>,
}

/// A list in which a thing is found that was just made.
#[derive(Debug, Clone, PartialEq)]
struct Listed {
    read: String,
    asks: Vec<(String, String)>,
    at: String,
    /// The parameter whose value stands in the item too.
    matching: Option<String>,
}

/// The inverses of all actions of a dialect that have one.
#[derive(Debug, Default)]
pub(crate) struct Inverses(BTreeMap<String, Inverse>);

impl Inverses {
    pub(crate) fn of(contract: &Contract) -> Self {
        let changing = contract.actions().filter(|it| matches!(it.effect, Effect::Send | Effect::Write));
        Self(changing.filter_map(|action| Some((action.name.clone(), derive(contract, action)?))).collect())
    }

    /// The reads that changes of some effects are put back by.
    pub(crate) fn reads<'a>(
        &'a self,
        contract: &'a Contract,
        allow: &BTreeSet<Effect>,
    ) -> impl Iterator<Item = &'a Action> {
        let allowed = |name: &str| contract.resolve(name).is_some_and(|call| allow.contains(&call.action.effect));
        let changed = self.0.iter().filter(move |(name, _)| allowed(name));
        changed.filter_map(|(_, inverse)| Some(&contract.resolve(inverse.read()?)?.action.value))
    }

    pub(crate) fn get(&self, action: &str) -> Option<&Inverse> {
        self.0.get(action)
    }

    /// The actions that have one.
    #[cfg(test)]
    fn names(&self) -> impl Iterator<Item = (&str, &Inverse)> {
        self.0.iter().map(|(name, inverse)| (name.as_str(), inverse))
    }
}

fn derive(contract: &Contract, action: &Action) -> Option<Inverse> {
    let own = Params::of(contract, action);
    match action.leaves {
        Some(Leaves::Nothing) => return Some(Inverse::Nothing),
        Some(Leaves::Lasting) => return None,
        None => {}
    }
    if let Some(declared) = declared(contract, action, &own) {
        return Some(declared);
    }
    if let Some(remove) = remove(contract, action, &own) {
        return Some(Inverse::Remove(remove));
    }
    if action.effect == Effect::Send {
        return None;
    }
    opposite(contract, action, &own).or_else(|| restore(contract, action, &own).map(Inverse::Restore))
}

/// The parameters of an action.
struct Params {
    /// Those that name something, with what kind of thing.
    ids: Vec<(String, String)>,
    /// The others.
    values: Vec<String>,
    required: Vec<String>,
}

impl Params {
    fn of(contract: &Contract, action: &Action) -> Self {
        let schema = contract.follow(&action.params);
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut params = Self {
            ids: Vec::new(),
            values: Vec::new(),
            required: required.filter_map(Value::as_str).map(str::to_owned).collect(),
        };
        for (name, schema) in properties(schema) {
            match id_kind(contract, schema) {
                Some(kind) => params.ids.push((name.clone(), kind.to_owned())),
                None => params.values.push(name.clone()),
            }
        }
        params
    }

    fn id_of(&self, kind: &str) -> Option<&str> {
        self.ids.iter().find(|(_, of)| of == kind).map(|(name, _)| name.as_str())
    }

    /// The required parameters other than some, each with the one of another action that names the same kind of thing.
    fn from(&self, other: &Params, except: &str) -> Option<Vec<(String, String)>> {
        let taken = self.required.iter().filter(|name| *name != except).map(|name| {
            let kind = &self.ids.iter().find(|(own, _)| own == name)?.1;
            Some((name.clone(), other.id_of(kind)?.to_owned()))
        });
        taken.collect()
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn id_kind<'a>(contract: &'a Contract, schema: &'a Value) -> Option<&'a str> {
    schema.get("x-id").or_else(|| contract.follow(schema).get("x-id"))?.as_str()
}

/// What the contract of an action states puts it back.
fn declared(contract: &Contract, action: &Action, own: &Params) -> Option<Inverse> {
    for made in &action.makes {
        let undo = made.undo.as_ref().and_then(|name| contract.resolve(name)).map(|call| &call.action.value);
        if made.of.is_some() {
            let undo = undo?;
            if undo.name == action.name {
                let schema = contract.follow(&action.params);
                let switch = properties(schema).find(|(_, schema)| has_type(contract.follow(schema), "boolean"))?;
                return Some(Inverse::Switch(switch.0.clone()));
            }
            let shared = Params::of(contract, undo).from(own, "")?;
            return Some(Inverse::Opposite { action: undo.name.clone(), shared });
        }
        let spends = |it: &&Action| it.spends.contains(&made.fixture);
        let Some(undo) = undo.or_else(|| contract.actions().find(spends)) else { continue };
        let params = Params::of(contract, undo);
        let named = params.required.iter().find(|name| {
            params.ids.iter().any(|(id, kind)| id == *name && own.id_of(kind).is_none()) || params.values.contains(name)
        });
        let Some(named) = named.cloned() else { continue };
        let Some(shared) = params.from(own, &named) else { continue };
        let listed = made.found_by.as_ref().and_then(|found| listed(contract, own, found));
        if made.at.is_some() || listed.is_some() {
            let (action, at) = (undo.name.clone(), made.at.clone());
            return Some(Inverse::Remove(Remove { action, own: named, at, listed, shared }));
        }
    }
    read_back(contract, action, own).map(Inverse::Restore)
}

fn listed(contract: &Contract, own: &Params, found: &FoundBy) -> Option<Listed> {
    let read = contract.resolve(&found.read)?.action;
    let asks = Params::of(contract, read).from(own, "")?;
    let matching = found.matching.as_ref().map(|it| it.trim_start_matches('/').to_owned());
    Some(Listed { read: found.read.clone(), asks, at: found.at.clone(), matching })
}

/// Where the contract states that what is set is read again.
fn read_back(contract: &Contract, action: &Action, own: &Params) -> Option<Restore> {
    let first = action.reads_back.first()?;
    let read = contract.resolve(&first.by)?.action;
    let asks = Params::of(contract, read).from(own, "")?;
    let asked: Vec<&str> = asks.iter().map(|(_, own)| own.as_str()).collect();
    let split = |at: &str| -> (String, String, bool) {
        match at.split_once("/*/") {
            Some((list, field)) => (list.to_owned(), field.to_owned(), true),
            None => at.rsplit_once('/').map_or_else(
                || (String::new(), at.to_owned(), false),
                |(thing, field)| (thing.to_owned(), field.to_owned(), false),
            ),
        }
    };
    let (at, _, is_list) = split(&first.at);
    let (_, thing, _) =
        things(contract, &read.result).into_iter().find(|(place, _, list)| *place == at && *list == is_list)?;
    let rest = own.ids.iter().filter(|(name, _)| !asked.contains(&name.as_str()) && own.required.contains(name));
    let found_by: Option<Vec<(String, String)>> = rest
        .map(|(name, kind)| {
            let same = |of: &str| of == kind || kind == "peer";
            let field = properties(thing).find(|(_, schema)| id_kind(contract, schema).is_some_and(same))?;
            Some((field.0.clone(), name.clone()))
        })
        .collect();
    let word = action.name.rsplit('_').next().unwrap_or_default();
    let mut values = Vec::new();
    for back in action.reads_back.iter().filter(|back| back.by == first.by) {
        let (place, field, _) = split(&back.at);
        if place != at {
            continue;
        }
        let param = back.param.trim_start_matches('/').to_owned();
        let schema = properties(contract.follow(&action.params)).find(|(name, _)| **name == param)?.1;
        let reported = properties(thing).find(|(name, _)| **name == field).map(|(_, schema)| contract.follow(schema));
        let is_switch = has_type(contract.follow(schema), "boolean");
        let field = match reported {
            Some(told) if is_switch && id_kind(contract, told).is_some() => Field::Listed,
            Some(told) if is_switch && !has_type(told, "boolean") => Field::Says(field, word.to_owned()),
            _ => Field::Is(field),
        };
        values.push((param, field));
    }
    let uncached = uncached(contract, read);
    let found_by = if is_list { Some(found_by?) } else { None };
    Some(Restore { read: read.name.clone(), asks, uncached, at, found_by, values })
}

/// The parameters of a read that report a cache off.
fn uncached(contract: &Contract, read: &Action) -> Vec<String> {
    properties(contract.follow(&read.params))
        .filter(|(_, schema)| schema.get("type").is_some_and(|it| it == "boolean"))
        .map(|(name, _)| name.clone())
        .collect()
}

/// An action that uses up what this one makes.
fn remove(contract: &Contract, action: &Action, own: &Params) -> Option<Remove> {
    let made = made(contract, &action.result, own);
    made.into_iter().find_map(|(at, kind)| {
        let removers = contract.actions().filter(|it| {
            let removes = spends(it, &kind) || kind != "message" && it.name.starts_with("delete_");
            it.name != action.name && it.effect > Effect::Send && removes
        });
        let mut found: Vec<Remove> = removers
            .filter_map(|remover| {
                let params = Params::of(contract, remover);
                let named = params.id_of(&kind)?.to_owned();
                if !params.required.contains(&named) {
                    return None;
                }
                let shared = params.from(own, &named)?;
                Some(Remove { action: remover.name.clone(), own: named, at: Some(at.clone()), listed: None, shared })
            })
            .collect();
        // Who states more of the thing means it more exactly.
        found.sort_by_key(|remove| std::cmp::Reverse(remove.shared.len()));
        found.into_iter().next()
    })
}

/// Whether an action uses up things of a kind that the account itself has made.
fn spends(action: &Action, kind: &str) -> bool {
    let own: &[Fixture] = match kind {
        "message" => &[Fixture::OwnMessage, Fixture::OwnGroupMessage],
        "folder" => &[Fixture::GroupFolder],
        "file" => &[Fixture::GroupFile],
        "notice" => &[Fixture::Announcement],
        _ => return false,
    };
    own.iter().any(|fixture| action.spends.contains(fixture))
}

/// The ids that an answer reports and that the call did not name, with their kinds.
fn made(contract: &Contract, result: &Value, own: &Params) -> Vec<(String, String)> {
    let mut made = Vec::new();
    let mut next = vec![(String::new(), contract.follow(result))];
    while let Some((at, schema)) = next.pop() {
        for (name, inner) in properties(schema) {
            let at = format!("{at}/{name}");
            match id_kind(contract, inner) {
                Some(kind) if own.id_of(kind).is_none() => made.push((at, kind.to_owned())),
                None if at.matches('/').count() < 4 => next.push((at, contract.follow(inner))),
                _ => {}
            }
        }
    }
    made.sort_by_key(|(at, _)| at.len());
    made
}

/// An action that uses up the state into which this one puts something, or the other way round: they name the same thing,
/// and the name of the one states what the other spends.
fn opposite(contract: &Contract, action: &Action, own: &Params) -> Option<Inverse> {
    let state = |it: &Action| -> Option<String> {
        let spent = serde_json::to_value(it.spends.first()?).ok()?;
        Some(spent.as_str()?.split('-').next()?.to_owned())
    };
    let found = contract.actions().find(|other| {
        let about = |spender: &Action, setter: &Action| {
            state(spender).is_some_and(|word| setter.name.split('_').any(|part| part == word))
                && setter.spends.is_empty()
        };
        other.name != action.name
            && other.effect == Effect::Write
            && (about(other, action) || about(action, other) && other.name.starts_with("set_"))
    })?;
    let params = Params::of(contract, found);
    let shared = params.from(own, "")?;
    // Both have to name the same one thing, not just a group.
    let named = own.required.len() == shared.len() && !shared.is_empty();
    named.then(|| Inverse::Opposite { action: found.name.clone(), shared })
}

/// The read that reports most surely what an action sets.
fn restore(contract: &Contract, action: &Action, own: &Params) -> Option<Restore> {
    // What is set without naming anything is set of the account itself, and reported by what is about that.
    let myself = contract.roles().myself.as_ref().map(|role| role.action.as_str());
    let tells =
        |read: &&Action| read.effect == Effect::Read && (!own.ids.is_empty() || Some(read.name.as_str()) == myself);
    let reads = contract.actions().filter(tells);
    let mut found: Vec<Restore> = reads.flat_map(|read| told_by(contract, action, own, read)).collect();
    // What is asked about the thing itself before a list; what reports more before what reports less.
    found.sort_by_key(|it| (it.found_by.is_some(), std::cmp::Reverse(it.values.len())));
    found.into_iter().next()
}

/// What a read reports of the values that an action sets.
fn told_by(contract: &Contract, action: &Action, own: &Params, read: &Action) -> Vec<Restore> {
    let params = Params::of(contract, read);
    let Some(asks) = params.from(own, "") else { return Vec::new() };
    let asked: Vec<&str> = asks.iter().map(|(_, own)| own.as_str()).collect();
    let uncached = uncached(contract, read);
    let mut restores = Vec::new();
    for (at, thing, is_list) in things(contract, &read.result) {
        let rest = own.ids.iter().filter(|(name, _)| !asked.contains(&name.as_str()) && own.required.contains(name));
        let found_by: Option<Vec<(String, String)>> = rest
            .map(|(name, kind)| {
                let field = properties(thing).find(|(_, schema)| id_kind(contract, schema) == Some(kind.as_str()))?;
                Some((field.0.clone(), name.clone()))
            })
            .collect();
        let Some(found_by) = found_by.filter(|found_by| is_list != found_by.is_empty()) else { continue };
        let values: Vec<(String, Field)> = own
            .values
            .iter()
            .filter_map(|param| Some((param.clone(), field_of(contract, action, param, thing)?)))
            .collect();
        let whole = own.required.iter().filter(|name| own.values.contains(name));
        if !values.is_empty() && whole.into_iter().all(|name| values.iter().any(|(param, _)| param == name)) {
            restores.push(Restore {
                read: read.name.clone(),
                asks: asks.clone(),
                uncached: uncached.clone(),
                at,
                found_by: is_list.then_some(found_by),
                values,
            });
        }
    }
    restores
}

/// The things that an answer is about: itself, an object in it, the items of a list in it; with where they stand.
fn things<'a>(contract: &'a Contract, result: &'a Value) -> Vec<(String, &'a Value, bool)> {
    let whole = contract.follow(result);
    let items = |schema: &'a Value| schema.get("items").map(|items| contract.follow(items));
    let mut things = vec![(String::new(), whole, false)];
    things.extend(items(whole).map(|items| (String::new(), items, true)));
    for (name, schema) in properties(whole) {
        let schema = contract.follow(schema);
        things.push((format!("/{name}"), schema, false));
        things.extend(items(schema).map(|items| (format!("/{name}"), items, true)));
    }
    things
}

/// The field of a thing that holds what a parameter sets: of the same name, with `new_` before it in the parameter, or with
/// a word more; for a switch, the field whose words have the one that the action is named after.
fn field_of(contract: &Contract, action: &Action, param: &str, thing: &Value) -> Option<Field> {
    let schema = contract.follow(properties(contract.follow(&action.params)).find(|(name, _)| *name == param)?.1);
    let is_switch = has_type(schema, "boolean");
    let plain = param.strip_prefix("new_").unwrap_or(param);
    let by_name = |wanted: &str| {
        let found = properties(thing).find(|(name, _)| *name == wanted);
        found.filter(|(_, field)| same_type(schema, contract.follow(field))).map(|(name, _)| Field::Is(name.clone()))
    };
    by_name(param).or_else(|| by_name(plain)).or_else(|| by_name(plain.rsplit('_').next()?)).or_else(|| {
        let word = action.name.rsplit('_').next().filter(|_| is_switch)?;
        let says = |field: &Value| {
            let words = contract.follow(field).get("enum").and_then(Value::as_array);
            words.is_some_and(|words| words.iter().any(|it| it == word))
        };
        let (name, _) = properties(thing).find(|(_, field)| says(field))?;
        Some(Field::Says(name.clone(), word.to_owned()))
    })
}

fn has_type(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    }
}

fn same_type(one: &Value, other: &Value) -> bool {
    ["string", "integer", "boolean", "number"].iter().any(|name| has_type(one, name) && has_type(other, name))
}

fn taken(shared: &[(String, String)], params: &Value) -> Option<Map<String, Value>> {
    shared.iter().map(|(name, from)| Some((name.clone(), params.get(from)?.clone()))).collect()
}

impl Restore {
    /// The call that asks for what is there now.
    pub(crate) fn ask(&self, params: &Value) -> Option<Call> {
        let mut asked = taken(&self.asks, params)?;
        asked.extend(self.uncached.iter().map(|name| (name.clone(), true.into())));
        Some(Call { action: self.read.clone(), params: Value::Object(asked) })
    }

    /// The call with what the read reported, for every parameter that the call sets. None where something was not reported.
    pub(crate) fn with(&self, contract: &Contract, call: &Call, told: &Value) -> Option<Call> {
        let mut thing = told.pointer(&self.at)?;
        let is_switch = self.values.iter().any(|(_, field)| *field == Field::Listed);
        if let Some(found_by) = &self.found_by {
            let is_it = |item: &&Value| {
                found_by.iter().all(|(field, param)| {
                    let (reported, named) = (item.get(field), call.params.get(param));
                    reported.is_some() && reported.map(id_text) == named.map(id_text)
                })
            };
            thing = match thing.as_array()?.iter().find(is_it) {
                Some(found) => found,
                None if is_switch => &Value::Null,
                None => return None,
            };
        }
        let schema = contract.resolve(&call.action)?.action.params.get("properties")?;
        let mut params = call.params.as_object()?.clone();
        // A value that the call leaves to its default is set by it too.
        let is_id = |name: &String| schema.get(name).is_some_and(|schema| id_kind(contract, schema).is_some());
        let known = |name: &String| self.values.iter().any(|(param, _)| param == name);
        if params.keys().any(|name| !is_id(name) && !known(name)) {
            return None;
        }
        for (name, field) in &self.values {
            let value = match field {
                Field::Is(field) => as_type_of(contract.follow(schema.get(name)?), remaining(thing.get(field)?)),
                Field::Listed => (!thing.is_null()).into(),
                Field::Says(field, word) => (thing.get(field)? == word).into(),
            };
            params.insert(name.clone(), value);
        }
        Some(Call { action: call.action.clone(), params: Value::Object(params) })
    }

    /// Whether two calls set something of the same thing.
    pub(crate) fn is_about(&self, one: &Call, other: &Call) -> bool {
        let ids = |call: &Call| -> Option<Vec<(String, String)>> {
            let fields = call.params.as_object()?.iter();
            let ids = fields.filter(|(name, _)| self.values.iter().all(|(param, _)| param != *name));
            Some(ids.map(|(name, value)| (name.clone(), id_text(value))).collect())
        };
        one.action == other.action && ids(one) == ids(other)
    }
}

impl Remove {
    /// The call that removes what an answer names.
    pub(crate) fn call(&self, params: &Value, data: &Value) -> Option<Call> {
        self.call_about(params, data.pointer(self.at.as_ref()?)?)
    }

    /// The call that lists things of that kind, where the answer does not report which one was made.
    pub(crate) fn list(&self, params: &Value) -> Option<Call> {
        let listed = self.listed.as_ref()?;
        Some(Call { action: listed.read.clone(), params: Value::Object(taken(&listed.asks, params)?) })
    }

    /// The ids in such a list.
    pub(crate) fn ids_in(&self, told: &Value) -> Vec<Value> {
        self.items_in(told).map(|(_, id)| id.clone()).collect()
    }

    /// The call that removes what a call has made: the only thing on a list that was not there before and has the name
    /// which the call gave it.
    pub(crate) fn call_about_new(&self, params: &Value, before: &[Value], told: &Value) -> Option<Call> {
        let named = self.listed.as_ref()?.matching.as_ref().and_then(|param| params.get(param));
        let is_it = |item: &Value, id: &Value| !before.contains(id) && named.is_none_or(|name| holds(item, name));
        let mut new = self.items_in(told).filter(|(item, id)| is_it(item, id));
        let (_, id) = new.next()?;
        new.next().is_none().then(|| self.call_about(params, id))?
    }

    fn items_in<'v>(&self, told: &'v Value) -> impl Iterator<Item = (&'v Value, &'v Value)> {
        let at = self.listed.as_ref().and_then(|listed| listed.at.split_once("/*"));
        let items = at.and_then(|(list, _)| told.pointer(list)?.as_array()).into_iter().flatten();
        items.filter_map(move |item| Some((item, item.pointer(at?.1)?)))
    }

    /// The call that removes the thing with an id.
    pub(crate) fn call_about(&self, params: &Value, made: &Value) -> Option<Call> {
        if !(made.is_string() || made.is_number()) {
            return None;
        }
        let mut removing = taken(&self.shared, params)?;
        removing.insert(self.own.clone(), made.clone());
        Some(Call { action: self.action.clone(), params: Value::Object(removing) })
    }
}

/// The call of an action that does the opposite of another about the same thing.
pub(crate) fn opposite_call(action: &str, shared: &[(String, String)], params: &Value) -> Option<Call> {
    Some(Call { action: action.to_owned(), params: Value::Object(taken(shared, params)?) })
}

/// A time to come as the seconds until then, as what lasts is set; what is over is none.
fn remaining(told: &Value) -> Value {
    /// No duration is as long; times of this century are greater.
    const CENTURY: i64 = 1_000_000_000;
    match told.as_i64() {
        Some(time) if time > CENTURY => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            (time - i64::try_from(now.as_secs()).unwrap_or(i64::MAX)).max(0).into()
        }
        _ => told.clone(),
    }
}

/// A value as the type that a schema wants: a number as text, digits as a number.
fn as_type_of(schema: &Value, value: Value) -> Value {
    match &value {
        Value::Number(number) if has_type(schema, "string") => number.to_string().into(),
        Value::String(text) if has_type(schema, "integer") => text.parse::<i64>().map_or(value, Value::from),
        _ => value,
    }
}

/// Whether a value stands anywhere in another one.
fn holds(whole: &Value, part: &Value) -> bool {
    whole == part
        || match whole {
            Value::Array(items) => items.iter().any(|item| holds(item, part)),
            Value::Object(fields) => fields.values().any(|field| holds(field, part)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_schema::Catalog;
    use std::fmt::Write;

    /// What puts back what, in each dialect; and what nothing puts back.
    #[test]
    fn inverses() {
        let mut told = String::new();
        for dialect in Catalog::builtin().dialects() {
            let contract = Contract::new(Catalog::builtin(), dialect.name()).expect("the dialect");
            let inverses = Inverses::of(&contract);
            let _ = writeln!(told, "{}", dialect.name());
            for (name, inverse) in inverses.names() {
                let by = match inverse {
                    Inverse::Restore(it) => {
                        format!("{} {:?}", it.read, it.values.iter().map(|(name, _)| name).collect::<Vec<_>>())
                    }
                    Inverse::Remove(it) => {
                        let found = it.listed.as_ref().map(|listed| &listed.read);
                        format!("{} {}", it.action, it.at.as_ref().or(found).map_or("", String::as_str))
                    }
                    Inverse::Opposite { action, .. } => action.clone(),
                    Inverse::Switch(param) => format!("{param} the other way"),
                    Inverse::Nothing => "nothing to put back".to_owned(),
                };
                let _ = writeln!(told, "  {name}: {by}");
            }
            let without =
                contract.actions().filter(|it| it.effect == Effect::Write && inverses.get(&it.name).is_none());
            let _ = writeln!(told, "  none: {}", without.map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "));
        }
        insta::assert_snapshot!(told);
    }
}
