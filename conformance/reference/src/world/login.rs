//! Whether an account is logged in.

use super::{Change, Refusal, UserId, World};

impl World {
    /// Whether the account is logged in.
    pub fn is_logged_in(&self, account: UserId) -> bool {
        !self.logged_off.contains(&account)
    }

    /// An account is logged off, with a reason in words.
    pub fn log_off(&mut self, account: UserId, reason: &str) -> Result<(), Refusal> {
        self.an_account(account)?;
        self.logged_off.insert(account);
        self.emit(Change::LoggedOff { account, reason: reason.to_owned() });
        Ok(())
    }

    /// An account is logged in again.
    pub fn log_on(&mut self, account: UserId) -> Result<(), Refusal> {
        self.an_account(account)?;
        self.logged_off.remove(&account);
        Ok(())
    }

    fn an_account(&self, account: UserId) -> Result<(), Refusal> {
        if self.accounts.contains(&account) { Ok(()) } else { Err(Refusal::NoSuch("account", account.to_string())) }
    }
}
