//! Requests: somebody asks for something and waits for the answer.

use super::ids::fingerprint;
use super::{Change, Entry, GroupId, Recorded, Refusal, Role, UserId, World};

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// `from` wants to be a friend of `to`.
    Friend {
        /// Who asks.
        from: UserId,
        /// Whom.
        to: UserId,
        /// With which words.
        comment: String,
    },
    /// A user wants to come into a group.
    Join {
        /// Where.
        group: GroupId,
        /// Who asks.
        user: UserId,
        /// With which words.
        comment: String,
    },
    /// A member wants to bring a user into a group.
    Invitation {
        /// Where.
        group: GroupId,
        /// Who invites.
        inviter: UserId,
        /// Whom.
        user: UserId,
    },
    /// A member wants that the rulers let a user in.
    Introduction {
        /// Where.
        group: GroupId,
        /// Who asks.
        inviter: UserId,
        /// For whom.
        user: UserId,
    },
}

/// Somebody who wants to be a friend, and whom QQ does not trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Who asks.
    pub from: UserId,
    /// Whom.
    pub to: UserId,
    /// With which words.
    pub comment: String,
    /// When.
    pub time: i64,
}

/// The number that stands for a request beside its flag.
pub fn request_number(flag: &str) -> i64 {
    flag.parse().unwrap_or_else(|_| i64::try_from(fingerprint(flag) >> SPARE_BITS).unwrap_or_default())
}

/// What is too much for a number that every client can read.
const SPARE_BITS: u32 = 12;

impl Request {
    /// The group that it is about.
    pub fn group(&self) -> Option<GroupId> {
        match self {
            Self::Friend { .. } => None,
            Self::Join { group, .. } | Self::Invitation { group, .. } | Self::Introduction { group, .. } => {
                Some(*group)
            }
        }
    }
}

impl World {
    /// An open request by its flag.
    pub fn request(&self, flag: &str) -> Result<&Request, Refusal> {
        self.requests.get(flag).ok_or_else(|| Refusal::NoSuchRequest(flag.to_owned()))
    }

    /// Every open request, with its flag.
    pub fn open_requests(&self) -> impl Iterator<Item = (&str, &Request)> {
        self.requests.iter().map(|(flag, request)| (flag.as_str(), request))
    }

    /// The open requests that the user can answer, with their flags.
    pub fn requests_for(&self, user: UserId) -> impl Iterator<Item = (&str, &Request)> {
        self.requests
            .iter()
            .filter(move |(_, request)| self.can_answer(user, request))
            .map(|(flag, request)| (flag.as_str(), request))
    }

    /// Whether the request waits for an answer of the user.
    pub fn can_answer(&self, user: UserId, request: &Request) -> bool {
        match request {
            Request::Friend { to, .. } => *to == user,
            Request::Invitation { user: invited, .. } => *invited == user,
            Request::Join { group, .. } | Request::Introduction { group, .. } => {
                self.group(*group).and_then(|group| group.member(user)).is_ok_and(|member| member.role >= Role::Admin)
            }
        }
    }

    /// Asks; answers the flag.
    pub fn ask(&mut self, request: Request) -> Result<String, Refusal> {
        match &request {
            Request::Friend { from, to, .. } => {
                self.person(*from)?;
                self.person(*to)?;
                if self.are_friends(*from, *to) {
                    return Err(Refusal::AlreadyFriends(*from, *to));
                }
            }
            Request::Join { group, user, .. } => {
                self.person(*user)?;
                self.outside(*group, *user)?;
                if self.group(*group)?.shut_out.contains(user) {
                    return Err(Refusal::NotAllowed { user: *user, group: *group, what: "ask to join" });
                }
            }
            Request::Invitation { group, inviter, user } | Request::Introduction { group, inviter, user } => {
                self.person(*user)?;
                self.group_as(*inviter, *group)?;
                self.outside(*group, *user)?;
            }
        }
        let flag = self.mint.hex();
        self.file_request(flag.clone(), request);
        self.emit(Change::Requested(flag.clone()));
        Ok(flag)
    }

    /// Keeps a request until it is answered.
    pub(crate) fn file_request(&mut self, flag: String, request: Request) {
        self.record(Recorded::Asked { flag: flag.clone(), request: request.clone(), answer: None });
        self.requests.insert(flag, request);
    }

    fn outside(&self, group: GroupId, user: UserId) -> Result<(), Refusal> {
        if self.group(group)?.members.contains_key(&user) {
            return Err(Refusal::AlreadyAMember { user, group });
        }
        Ok(())
    }

    /// Answers a friend request; `remark` is what the answering user calls the new friend by.
    pub fn answer_friend(&mut self, user: UserId, flag: &str, approve: bool, remark: &str) -> Result<(), Refusal> {
        let Request::Friend { from, .. } = self.open_request(user, flag)? else {
            return Err(Refusal::NoSuchRequest(flag.to_owned()));
        };
        if approve {
            self.befriend(user, from, remark)?;
        }
        self.close(flag, user, approve);
        Ok(())
    }

    /// Answers a request to join or an invitation; `invitation` states which of the two it must be, where that matters. The
    /// flag may also be the number of the request.
    pub fn answer_group(
        &mut self,
        user: UserId,
        flag: &str,
        invitation: Option<bool>,
        approve: bool,
    ) -> Result<(), Refusal> {
        let flag = &self.flag_of(user, flag);
        match (self.open_request(user, flag)?, invitation) {
            (Request::Join { group, user: newcomer, .. }, None | Some(false)) => {
                if approve {
                    self.join(group, newcomer, user, Entry::Approved)?;
                }
            }
            (Request::Invitation { group, inviter, user }, None | Some(true))
            | (Request::Introduction { group, inviter, user }, None | Some(false)) => {
                if approve {
                    self.join(group, user, inviter, Entry::Invited)?;
                }
            }
            _ => return Err(Refusal::NoSuchRequest(flag.to_owned())),
        }
        self.close(flag, user, approve);
        Ok(())
    }

    /// The flag of a request that is named by its number.
    fn flag_of(&self, user: UserId, named: &str) -> String {
        let number = named.parse().ok();
        let mut flags = self.requests_for(user).map(|(flag, _)| flag);
        let found = flags.find(|flag| *flag == named || Some(request_number(flag)) == number);
        found.unwrap_or(named).to_owned()
    }

    /// Requests to the user that QQ does not trust, with their flags.
    pub fn doubts_for(&self, user: UserId) -> impl Iterator<Item = (&str, &Doubt)> {
        self.doubts.iter().filter(move |(_, doubt)| doubt.to == user).map(|(flag, doubt)| (flag.as_str(), doubt))
    }

    /// Answers a request that QQ does not trust.
    pub fn answer_doubt(&mut self, user: UserId, flag: &str, approve: bool) -> Result<(), Refusal> {
        let doubt = self.doubts.get(flag).filter(|doubt| doubt.to == user);
        let from = doubt.ok_or_else(|| Refusal::NoSuchRequest(flag.to_owned()))?.from;
        if approve && !self.are_friends(user, from) {
            self.befriend(user, from, "")?;
        }
        self.doubts.remove(flag);
        Ok(())
    }

    fn open_request(&self, user: UserId, flag: &str) -> Result<Request, Refusal> {
        let request = self.request(flag)?;
        if self.can_answer(user, request) { Ok(request.clone()) } else { Err(Refusal::NoSuchRequest(flag.to_owned())) }
    }
}
