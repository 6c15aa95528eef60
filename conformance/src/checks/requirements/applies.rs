//! What a check needs of how its target is set up. Where that is otherwise, there is nothing to check.

use super::webhook::SEVERAL_ADDRESSES;
use crate::check::CheckInfo;
use crate::target::Target;

/// Checks that look at a target that has no token or secret for their transport.
const WITHOUT_TOKEN: &[&str] = &["auth/reverse-ws/absent", "transport/webhook/unsigned", "transport/webhook/no-token"];

/// Checks of other subjects than authentication that look at the token or secret.
const WITH_TOKEN: &[&str] = &["transport/webhook/signature", "transport/webhook/token"];

/// The subject of checks that look at the token.
const AUTH: &str = "auth/";

/// Whether a check has something to look at on a target.
pub(in crate::checks) fn applies(check: &CheckInfo, target: &Target) -> bool {
    let rule = check.id.split_once('/').map_or("", |(_, rule)| rule);
    let has_token = check.transport.is_some_and(|transport| target.token(transport).is_some());
    if WITHOUT_TOKEN.contains(&rule) {
        !has_token
    } else if rule.starts_with(AUTH) || WITH_TOKEN.contains(&rule) {
        has_token
    } else {
        rule != SEVERAL_ADDRESSES || target.webhook_again.is_some()
    }
}

#[cfg(test)]
mod tests {
    use botspec_reports::record::Transport;

    use super::*;
    use crate::target::{Adapter, Token};

    #[test]
    fn a_check_of_tokens_is_one_only_where_it_can_be() {
        let set = |token: Option<&str>| {
            let mut target = Target::new("a", "onebot11");
            target.http = Some(Adapter::new("http://127.0.0.1", token.map(Token::new)));
            target
        };
        let check = |id: &str| CheckInfo { transport: Some(Transport::Http), ..CheckInfo::example(id) };
        for (id, with, without) in [
            ("onebot11/auth/http/missing", true, false),
            ("onebot11/transport/webhook/unsigned", false, true),
            ("onebot11/transport/webhook/signature", true, false),
            ("onebot11/transport/webhook/several-addresses", false, false),
            ("onebot11/transport/http/get", true, true),
        ] {
            assert_eq!(applies(&check(id), &set(Some("a"))), with, "{id}");
            assert_eq!(applies(&check(id), &set(None)), without, "{id}");
        }
    }
}
