//! The book of what was asked and what became of it, and of what the rulers of groups should know. Every entry has a number
//! that is larger than those before it.

use super::{GroupId, Refusal, Request, UserId, World};

/// An entry of the book.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its number.
    pub number: i64,
    /// When it was written.
    pub time: i64,
    /// What it states.
    pub what: Recorded,
}

/// What an entry states.
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// Somebody asked for something.
    Asked {
        /// What the request is answered by.
        flag: String,
        /// What for.
        request: Request,
        /// What became of it; nothing where nobody answered.
        answer: Option<Answer>,
    },
    /// A member became administrator or is none any more.
    Appointed {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// Who did it.
        operator: UserId,
        /// Whether they are one now.
        on: bool,
    },
    /// A member was thrown out.
    Removed {
        /// Of which group.
        group: GroupId,
        /// Who.
        user: UserId,
        /// By whom.
        operator: UserId,
    },
    /// A member left.
    Left {
        /// Which group.
        group: GroupId,
        /// Who.
        user: UserId,
    },
}

/// How a request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Who answered.
    pub operator: UserId,
    /// Whether it was granted.
    pub accepted: bool,
}

/// What was written before the world began.
pub(super) const WRITTEN: i64 = 8_998;
/// No more entries are kept; the oldest goes first.
const MOST: usize = 10_000;

impl World {
    /// Writes something into the book.
    pub(crate) fn record(&mut self, what: Recorded) {
        self.recorded += 1;
        let record = Record { number: self.recorded, time: self.now(), what };
        self.records.push_back(record);
        if self.records.len() > MOST {
            self.records.pop_front();
        }
    }

    /// A request was answered: it is not open any more.
    pub(crate) fn close(&mut self, flag: &str, operator: UserId, accepted: bool) {
        self.requests.remove(flag);
        let about = |record: &&mut Record| matches!(&record.what, Recorded::Asked { flag: it, .. } if it == flag);
        if let Some(Record { what: Recorded::Asked { answer, .. }, .. }) = self.records.iter_mut().rfind(about) {
            *answer = Some(Answer { operator, accepted });
        }
    }

    /// The entries of the book, the oldest first.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.records.iter()
    }

    /// The number under which a request stands in the book.
    pub fn number_of(&self, flag: &str) -> Option<i64> {
        let about = |record: &&Record| matches!(&record.what, Recorded::Asked { flag: it, .. } if it == flag);
        self.records.iter().rfind(about).map(|record| record.number)
    }

    /// An open request by its number in the book, with its flag.
    pub fn open_request_numbered(&self, number: i64) -> Result<(&str, &Request), Refusal> {
        let there = self.records.iter().find(|record| record.number == number);
        let open = there.and_then(|record| match &record.what {
            Recorded::Asked { flag, .. } => self.requests.get(flag).map(|request| (flag.as_str(), request)),
            _ => None,
        });
        open.ok_or_else(|| Refusal::NoSuchRequest(number.to_string()))
    }
}
