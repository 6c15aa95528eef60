//! Which action does what every client needs before anything else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names of actions by what they do. Where in an answer the ids and messages stand is reported by the actions themselves, so
/// that only what no shape can report is stated here: a list of friends looks like any other list of accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionRoles {
    /// Reports which account this is. It needs nothing and changes nothing: the plainest of calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub myself: Option<String>,
    /// Lists the friends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friends: Option<String>,
    /// Lists the groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<String>,
    /// Lists the members of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<String>,
    /// Reports about one member of a group, with the rank there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Reports about an account that it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about_user: Option<String>,
    /// Sends a message to an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say_to_user: Option<String>,
    /// Sends a message to a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say_to_group: Option<String>,
    /// Reports a message again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_message: Option<String>,
    /// Reports the messages in a merged forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_forward: Option<String>,
    /// Reports the messages of a conversation, page by page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<String>,
    /// Reports what groups ask of the account, page by page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<String>,
    /// Reports the name and the version of the implementation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl ActionRoles {
    /// Every action that is named, with its key.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("myself", &self.myself),
            ("friends", &self.friends),
            ("groups", &self.groups),
            ("members", &self.members),
            ("member", &self.member),
            ("about_user", &self.about_user),
            ("say_to_user", &self.say_to_user),
            ("say_to_group", &self.say_to_group),
            ("read_message", &self.read_message),
            ("open_forward", &self.open_forward),
            ("history", &self.history),
            ("notifications", &self.notifications),
            ("version", &self.version),
        ];
        all.into_iter().filter_map(|(key, name)| Some((key, name.as_deref()?)))
    }
}
