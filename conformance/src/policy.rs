//! How much is asked of an account, and what of it: limits per effect, values that a field means, and what that comes to.

mod gentle;
mod quota;

pub(crate) use gentle::is_gentle;
pub(crate) use quota::{Quota, Spent};
