//! A whole small QQ in memory that speaks the contracts.
//!
//! A [`World`] holds people, groups and messages. A [`SharedWorld`] is one that several [`Server`]s serve side by side,
//! each an account in a dialect; its [steps](STEPS) make things happen, its [`Fixtures`] name what can be tried. A
//! [`Fault`](faults::Fault) makes a server deviate from its contracts.
//!
//! ```
//! use botspec_reference::{Adapter, Server, ServerConfig, SharedWorld};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let world = SharedWorld::seeded(1);
//! let mut config = ServerConfig::new("napcat");
//! config.adapters.push(Adapter::http("127.0.0.1:0".parse()?));
//! let server = Server::start(config, &world).await?;
//! println!("http://{}/get_login_info", server.http_addr().expect("HTTP is served"));
//! world.step("say", &json!({ "text": "hello" }))?;
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod answer;
mod bot;
mod call_log;
mod chatter;
mod coerce;
mod config;
mod connection_settings;
mod control;
mod deferred;
mod dialects;
mod encoding;
pub mod faults;
mod fetch;
mod files;
mod fixtures;
mod milky;
mod older;
mod onebot11;
mod params;
mod plain_text;
mod planned;
mod play;
mod polls;
mod protocol;
mod refused;
mod script;
mod script_schema;
mod served;
mod server;
mod session;
mod shared;
mod steps;
mod synthetic;
mod transport;
pub mod variations;
mod varied;
pub mod world;

pub use bot::Defect;
pub use botspec_schema::model::MessageFormat;
pub use chatter::Chatter;
pub use config::{Adapter, Endpoint, Heartbeat, Limits, ServerConfig};
pub use control::{Control, ControlConfig};
pub use dialects::spoken;
pub use files::FileServer;
pub use fixtures::Fixtures;
pub use refused::Refused;
pub use script::{Script, ScriptError};
pub use script_schema::script_schema;
pub use served::{Open, PlayError, Played};
pub use server::{Server, StartError};
pub use shared::SharedWorld;
pub use steps::{STEPS, Step, StepError};
pub use transport::fragment_limit::{FragmentLimited, TooManyFragments};
pub use world::World;
