//! A client that takes posts, and answers them as it is asked to.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::harness::PATIENCE;

/// What was posted.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Post {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a text"))
    }
}

/// What a post is answered with.
pub(crate) type Answer = Arc<dyn Fn(&Post) -> Response + Send + Sync>;

pub(crate) struct Hook {
    pub(crate) addr: SocketAddr,
    posts: mpsc::UnboundedReceiver<Post>,
    server: JoinHandle<()>,
}

impl Hook {
    /// Answers every post with nothing.
    pub(crate) async fn new() -> Self {
        Self::with(Arc::new(|_| StatusCode::NO_CONTENT.into_response())).await
    }

    pub(crate) async fn with(answer: Answer) -> Self {
        let (seen, posts) = mpsc::unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let router = Router::new().fallback(take).with_state((answer, seen));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the client serves");
        });
        Self { addr, posts, server }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// The next post.
    pub(crate) async fn post(&mut self) -> Post {
        let post = tokio::time::timeout(PATIENCE, self.posts.recv()).await;
        post.expect("a post within the time").expect("a client that still serves")
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Taking = (Answer, mpsc::UnboundedSender<Post>);

async fn take(
    State((answer, seen)): State<Taking>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let post = Post { method, uri, headers, body };
    let response = answer(&post);
    // The test may be over.
    let _ = seen.send(post);
    response
}
