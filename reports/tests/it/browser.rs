//! A real browser, driven over the `DevTools` protocol.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long the browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who looks at the page.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) width: u32,
    pub(crate) dark: bool,
    pub(crate) language: &'static str,
}

/// Somebody at a desk who reads English.
pub(crate) const AT_A_DESK: Reader = Reader { width: 1200, dark: false, language: "en-GB" };

/// A browser with one page open. It ends when this is dropped.
pub(crate) struct Browser {
    child: Child,
    profile: TempDir,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: Option<String>,
    last_id: u64,
    events: Vec<Value>,
}

impl Browser {
    /// Opens a page from a file, as this reader.
    pub(crate) async fn open(html: &str, reader: Reader) -> Self {
        let profile = TempDir::new().expect("a folder for the browser");
        let page = profile.path().join("report.html");
        fs::write(&page, html).expect("the page can be written");
        Self::start(profile, &page, reader).await
    }

    /// Opens a page that stands in a folder with others, as this reader.
    pub(crate) async fn visit(page: &Path, reader: Reader) -> Self {
        Self::start(TempDir::new().expect("a folder for the browser"), page, reader).await
    }

    async fn start(profile: TempDir, page: &Path, reader: Reader) -> Self {
        let (child, address) = start(profile.path());
        let (socket, _) = connect_async(&address).await.expect("the browser answers");
        let mut browser = Self { child, profile, socket, session: None, last_id: 0, events: Vec::new() };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach).await;
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({})).await;
        }
        browser.become_reader(reader).await;
        browser.call("Page.navigate", json!({"url": format!("file://{}", page.display())})).await;
        while !browser.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = browser.receive().await;
            browser.events.push(event);
        }
        browser
    }

    async fn become_reader(&mut self, reader: Reader) {
        let mobile = reader.width < 500;
        let size = json!({"width": reader.width, "height": 900, "deviceScaleFactor": 1, "mobile": mobile});
        self.call("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if reader.dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", media).await;
        let version = self.call("Browser.getVersion", json!({})).await;
        let agent = json!({"userAgent": version["userAgent"], "acceptLanguage": reader.language});
        self.call("Emulation.setUserAgentOverride", agent).await;
    }

    /// The value of a script, which may be a promise.
    pub(crate) async fn eval(&mut self, script: &str) -> Value {
        let params = json!({"expression": script, "returnByValue": true, "awaitPromise": true, "userGesture": true});
        let answer = self.call("Runtime.evaluate", params).await;
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {answer:#}");
        answer["result"]["value"].clone()
    }

    /// What the page wrote to the console, threw, or was refused.
    pub(crate) fn complaints(&self) -> Vec<&Value> {
        let methods = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"];
        self.events.iter().filter(|event| methods.iter().any(|method| event["method"] == *method)).collect()
    }

    /// Everything the page asked for, by its address, without what stands in the address itself.
    pub(crate) fn requests(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter(|event| event["method"] == "Network.requestWillBeSent")
            .filter_map(|event| event["params"]["request"]["url"].as_str())
            .filter(|url| !url.starts_with("data:"))
            .collect()
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> String {
        format!("file://{}/report.html", self.profile.path().display())
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({"id": self.last_id, "method": method, "params": params});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(request.to_string())).await.expect("the browser listens");
        loop {
            let mut message = self.receive().await;
            if message["id"] == self.last_id {
                assert!(message.get("error").is_none(), "{method}: {message:#}");
                return message["result"].take();
            }
            self.events.push(message);
        }
    }

    async fn receive(&mut self) -> Value {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("the browser answers in time");
            if let Message::Text(text) = message.expect("the browser is there").expect("the browser is there") {
                return serde_json::from_str(&text).expect("the browser speaks JSON");
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the browser and waits for the address at which it listens.
fn start(profile: &Path) -> (Child, String) {
    let mut child = Command::new(program())
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0"])
        .arg(format!("--user-data-dir={}", profile.join("profile").display()))
        .arg("about:blank")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the browser starts");
    let stderr = child.stderr.take().expect("its messages are piped");
    let (send, receive) = mpsc::channel();
    thread::spawn(move || read_address(stderr, &send));
    let Ok(address) = receive.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        panic!("the browser did not say where it listens");
    };
    (child, address)
}

/// Reads what the browser says to its end, so that it never waits for a reader.
fn read_address(stderr: ChildStderr, send: &mpsc::Sender<String>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some((_, address)) = line.split_once("DevTools listening on ") {
            let _ = send.send(address.trim().to_owned());
        }
    }
}

/// The browser on this machine. Without one the tests fail: a page that nobody opened is not known to work.
fn program() -> PathBuf {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("no browser: the page is tested in Chromium, install one of {names:?}"))
}
