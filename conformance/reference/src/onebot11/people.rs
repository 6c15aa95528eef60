//! People and groups as the family reports them.

use botspec_bindings::napcat::types::{Role as RankName, Sex as SexName};
use botspec_bindings::onebot11::types::{GroupSender, PrivateSender, Role as StandardRank, Sex as StandardSex};

use crate::answer::Failure;
pub(crate) use crate::params::number;
use crate::protocol::Context;
use crate::world::{Person, Role, Scene, Sender, Sex, UserId};

/// The number behind an id, or one that nobody has.
pub(crate) fn or_nobody(id: Option<i64>) -> i64 {
    id.unwrap_or(i64::MIN)
}

pub(crate) fn sex(sex: Sex) -> SexName {
    match sex {
        Sex::Male => SexName::Male,
        Sex::Female => SexName::Female,
        Sex::Unknown => SexName::Unknown,
    }
}

/// The sex in the numbers of QQ's client.
pub(crate) fn sex_number(sex: Sex) -> i64 {
    match sex {
        Sex::Unknown => 0,
        Sex::Male => 1,
        Sex::Female => 2,
    }
}

pub(crate) fn sex_of(number: i64) -> Sex {
    [Sex::Male, Sex::Female].into_iter().find(|sex| sex_number(*sex) == number).unwrap_or(Sex::Unknown)
}

pub(crate) fn rank(role: Role) -> RankName {
    match role {
        Role::Owner => RankName::Owner,
        Role::Admin => RankName::Admin,
        Role::Member => RankName::Member,
    }
}

/// The served account.
pub(crate) fn own<'c>(context: &'c Context<'_>) -> Result<&'c Person, Failure> {
    Ok(context.world.person(context.served.account)?)
}

/// What somebody is called; nothing where nobody knows them.
pub(crate) fn name_of(context: &Context<'_>, user: UserId) -> String {
    context.world.person(user).map(|person| person.nickname.clone()).unwrap_or_default()
}

pub(crate) fn private_sender(sender: &Sender) -> PrivateSender {
    let sex = StandardSex::from(sex(sender.sex).as_str());
    PrivateSender::new().user_id(sender.user).nickname(&sender.nickname).sex(sex).age(i64::from(sender.age))
}

/// The sender of a message anywhere; behind a mask only the mask is reported.
pub(crate) fn any_sender(sender: &Sender, scene: &Scene) -> GroupSender {
    if let Scene::Group { mask: Some(mask), .. } = scene {
        return GroupSender::new().user_id(mask.id).nickname(&mask.name).sex(StandardSex::Unknown).age(0);
    }
    let rendered = GroupSender::new()
        .user_id(sender.user)
        .nickname(&sender.nickname)
        .sex(StandardSex::from(sex(sender.sex).as_str()))
        .age(i64::from(sender.age));
    match (&sender.member, scene) {
        (Some(member), Scene::Group { .. }) => rendered
            .card(&member.card)
            .area("")
            .level(member.level.to_string())
            .role(StandardRank::from(rank(member.role).as_str()))
            .title(&member.title),
        _ => rendered,
    }
}
