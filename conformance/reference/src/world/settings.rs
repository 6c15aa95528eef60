//! What accounts are set to. The world does nothing about it, and keeps it.

use serde_json::Value;

use super::{UserId, World};

impl World {
    /// What the account is set to, where somebody set it.
    pub fn settings(&self, account: UserId) -> Option<&Value> {
        self.settings.get(&account)
    }

    /// Sets the account to something else.
    pub fn set_up(&mut self, account: UserId, settings: Value) {
        self.settings.insert(account, settings);
    }
}
