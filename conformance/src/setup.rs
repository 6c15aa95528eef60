//! How a target is set up, as far as checks depend on it. Where it is set up otherwise, there is nothing to check.

use botspec_reports::record::Transport;

use crate::target::Target;

/// What a check needs of how its target is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setup {
    /// Nothing.
    Any,
    /// A token or secret for the transport of the check.
    Token,
    /// None.
    NoToken,
    /// A second place where posts arrive.
    SeveralWebhooks,
}

impl Setup {
    /// Whether a target is set up so, for a check over a transport.
    pub(crate) fn holds(self, target: &Target, transport: Option<Transport>) -> bool {
        let has_token = || transport.is_some_and(|transport| target.token(transport).is_some());
        match self {
            Self::Any => true,
            Self::Token => has_token(),
            Self::NoToken => !has_token(),
            Self::SeveralWebhooks => target.webhook_again.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;

    use super::*;
    use crate::checks;
    use crate::contract::Contract;
    use crate::target::{Adapter, Listen, Token};

    #[test]
    fn a_check_of_tokens_is_one_only_where_there_is_something_to_look_at() {
        let contract = Contract::new(Catalog::builtin(), "onebot11").expect("the dialect");
        let listed = |token: Option<&str>| {
            let token = || token.map(Token::new);
            let mut target = Target::new("a", "onebot11");
            target.http = Some(Adapter::new("http://127.0.0.1", token()));
            target.webhook = Some(Listen::on_loopback(token()).expect("a free port"));
            let units = checks::units(&contract, &target).into_iter().filter(|unit| unit.applies_to(&target));
            units.flat_map(|unit| unit.checks).map(|check| check.id).collect::<Vec<_>>()
        };
        let (with, without) = (listed(Some("a")), listed(None));
        for (id, in_with, in_without) in [
            ("onebot11/auth/http/missing", true, false),
            ("onebot11/transport/webhook/unsigned", false, true),
            ("onebot11/transport/webhook/signature", true, false),
            ("onebot11/transport/webhook/several-addresses", false, false),
            ("onebot11/transport/http/get-query", true, true),
        ] {
            assert_eq!(with.iter().any(|it| it == id), in_with, "{id}");
            assert_eq!(without.iter().any(|it| it == id), in_without, "{id}");
        }
    }
}
