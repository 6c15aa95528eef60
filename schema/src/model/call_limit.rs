//! How often an action may be called on an account that is somebody's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many calls of an action a gentle run makes at most, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallLimit {
    /// The number of calls in one run.
    #[schemars(range(min = 1))]
    pub calls: u32,
    /// What a call costs.
    pub reason: CallCost,
}

/// What a call costs, though it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallCost {
    /// It issues or hands out a credential.
    Credential,
    /// It logs in to a website of QQ's.
    WebLogin,
    /// It asks QQ's servers many times.
    ServerLoad,
    /// It uploads something or registers a text on QQ's servers.
    Upload,
    /// It makes a link that everybody can open.
    PublicLink,
    /// Its parameters reach the client's native code unchecked.
    NativeCode,
}

impl CallCost {
    /// What a call costs, in English and Chinese.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Credential => ("each call hands out a credential", "每次调用都会取得凭据"),
            Self::WebLogin => ("each call logs in to a website", "每次调用都会登录网页"),
            Self::ServerLoad => ("each call sends many requests to the server", "每次调用都会向服务器发送大量请求"),
            Self::Upload => ("each call uploads something", "每次调用都会上传内容"),
            Self::PublicLink => ("each call makes a public link", "每次调用都会生成公开链接"),
            Self::NativeCode => {
                ("its parameters reach the client's native code unchecked", "参数未经检查即进入客户端原生代码")
            }
        }
    }
}
