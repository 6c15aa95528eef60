//! Lists that are reported page by page.

use serde_json::{Map, Value};

use super::{ConversationParams, Shape};

/// An action that lists things with ids, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagedRole {
    /// The action.
    pub action: String,
    /// How it is named of which conversation, where the list is of one.
    pub place: Option<ConversationParams>,
    /// The parameter that states with what to begin.
    pub start: Option<String>,
    /// The parameter that states how many to report at most.
    pub limit: Option<String>,
    /// Where the data holds the list.
    pub list: String,
    /// Where an item of it holds the id.
    pub id: String,
    /// Where an item of it holds a message, where it does.
    pub message: Option<String>,
}

impl PagedRole {
    /// The parameters that ask for the first page, of a conversation where it is of one.
    pub fn params(&self, peer: &Value, in_group: bool) -> Map<String, Value> {
        let mut params = Map::new();
        if let Some(place) = &self.place {
            let scene = if in_group { &place.group } else { &place.friend };
            params.insert(place.scene.clone(), scene.clone().into());
            params.insert(place.peer.clone(), peer.clone());
        }
        params
    }

    /// The ids of the page that was reported.
    pub fn ids(&self, data: &Value) -> Vec<Value> {
        let items = data.pointer(&self.list).and_then(Value::as_array).into_iter().flatten();
        items.map(|item| item.pointer(&self.id).cloned().unwrap_or_default()).collect()
    }

    /// The messages of the page that was reported.
    pub fn messages<'v>(&self, data: &'v Value) -> Vec<&'v Value> {
        let items = data.pointer(&self.list).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.pointer(self.message.as_deref()?)).collect()
    }
}

impl Shape<'_> {
    /// A page of things with ids of a kind.
    pub(super) fn pages(&self, kind: &str) -> Option<PagedRole> {
        let place = self.conversation();
        self.reads(if place.is_some() { 2 } else { 0 })?;
        let contract = self.reach.contract;
        let optional = |wanted: &dyn Fn(&Value) -> bool| {
            let found = self.params.iter().find(|(name, schema)| !self.required.contains(name) && wanted(schema));
            found.map(|(name, _)| (*name).to_owned())
        };
        let id_of = |schema: &Value| contract.follow(schema).get("x-id").and_then(Value::as_str).map(str::to_owned);
        let (list, id) = self.reach.list(&self.action.result, |item| self.reach.id(item, kind))?;
        let message = self.reach.list(&self.action.result, |item| self.reach.message(item)).map(|it| it.1);
        Some(PagedRole {
            action: self.name(),
            place,
            start: optional(&|schema| id_of(schema).as_deref() == Some(kind)),
            limit: optional(&|schema| id_of(schema).is_none() && schema["type"].to_string().contains("integer")),
            list,
            id,
            message,
        })
    }
}
