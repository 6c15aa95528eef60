//! People and groups as OneBot 11 tells them.

use botspec_bindings::onebot11::types::{GroupSender, PrivateSender, Role as RoleName, Sex as SexName};

use crate::answer::Failure;
use crate::world::{Role, Scene, Sender, Sex};

/// A number behind an id; an id that is none belongs to nobody.
pub(crate) fn number<T: TryFrom<i64>>(id: Option<i64>, what: &str) -> Result<T, Failure> {
    id.and_then(|id| T::try_from(id).ok()).ok_or_else(|| Failure::action(format!("there is no such {what}")))
}

pub(crate) fn sex(sex: Sex) -> SexName {
    match sex {
        Sex::Male => SexName::Male,
        Sex::Female => SexName::Female,
        Sex::Unknown => SexName::Unknown,
    }
}

pub(crate) fn role(role: Role) -> RoleName {
    match role {
        Role::Owner => RoleName::Owner,
        Role::Admin => RoleName::Admin,
        Role::Member => RoleName::Member,
    }
}

/// Where a picture of somebody would be, were this not a made-up world.
pub(crate) fn avatar(user: i64) -> String {
    format!("https://example.com/avatar/{user}.png")
}

pub(crate) fn private_sender(sender: &Sender) -> PrivateSender {
    PrivateSender::new().user_id(sender.user).nickname(&sender.nickname).sex(sex(sender.sex)).age(i64::from(sender.age))
}

/// The sender of a message anywhere; behind a mask only the mask is told.
pub(crate) fn any_sender(sender: &Sender, scene: &Scene) -> GroupSender {
    if let Scene::Group { mask: Some(mask), .. } = scene {
        return GroupSender::new().user_id(mask.id).nickname(&mask.name).sex(SexName::Unknown).age(0);
    }
    let told = GroupSender::new()
        .user_id(sender.user)
        .nickname(&sender.nickname)
        .sex(sex(sender.sex))
        .age(i64::from(sender.age));
    match (&sender.member, scene) {
        (Some(member), Scene::Group { .. }) => told
            .card(&member.card)
            .area("")
            .level(member.level.to_string())
            .role(role(member.role))
            .title(&member.title),
        _ => told,
    }
}
