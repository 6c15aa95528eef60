//! Judges the traffic between a bot and an implementation, and sends nothing of its own.
//!
//! [`Watch`] stands between the two: what one sends, the other gets, to the byte. A copy is read and judged by the same
//! oracle as the answers of a run, in a thread of its own, so that traffic never waits; what was found is left as a record
//! in the format of a run.
//!
//! ```no_run
//! use botspec_watch::{Settings, verify};
//!
//! let settings = Settings::new("napcat", "botspec-watch");
//! let verified = verify(settings, &["frames.ndjson".into()], false, &mut |frame| {
//!     println!("{}:{}: {}", frame.file, frame.line, frame.summary.en);
//! })?;
//! println!("{} frames", verified.frames);
//! # Ok::<(), botspec_watch::VerifyError>(())
//! ```

mod call;
mod causes;
mod dialects;
mod evidence;
mod folder;
mod learn;
mod link;

mod proxy;
mod queue;
mod record;
mod rules;
mod settings;
mod tee;
mod traffic;
mod verify;
mod watch;
mod watch_event;

pub use link::{Link, LinkError, Upstream};

pub use queue::Counts;
pub use settings::Settings;
pub use verify::{BrokenFrame, Verified, VerifyError, verify};
pub use watch::{Outcome, Watch, WatchError};
pub use watch_event::WatchEvent;
