//! A client for server-sent events. One task reads the stream into its [frames](super::frames).

pub(crate) mod reader;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hyper::body::Incoming;
use tokio::task::JoinHandle;

use self::reader::{Defect, Item, Reader};
use super::frames::{FrameOrigin, Frames};
use super::http::{HttpClient, chunk, failure};
use super::send_permit::SendPermit;
use super::ws::NoHandshake;
use crate::exchange::HttpRequest;
use crate::received::{Received, start};
use crate::target::Limits;

/// How many defects of a stream are kept.
const DEFECTS_KEPT: usize = 64;

/// One open stream.
#[derive(Debug)]
pub(crate) struct SseClient {
    pub(crate) frames: Arc<Frames>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) status: u16,
    defects: Arc<Mutex<Vec<Defect>>>,
    reader: JoinHandle<()>,
}

impl Drop for SseClient {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl SseClient {
    /// Opens a stream. An answer that is no stream comes back with what was in it.
    pub(crate) async fn connect(
        client: &HttpClient,
        permit: &impl SendPermit,
        request: HttpRequest,
        limits: &Limits,
    ) -> Result<Self, NoHandshake> {
        let deadline = tokio::time::Instant::from_std(Instant::now() + limits.timeout);
        let (status, headers, response) = client.open(permit, &request, deadline).await?;
        if status != 200 {
            let received = client.read(response, deadline).await;
            return Err(NoHandshake { status: Some(status), headers, received });
        }
        let (frames, defects) = (Arc::new(Frames::new()), Arc::default());
        let reader = tokio::spawn(read(response, Arc::clone(&frames), Arc::clone(&defects), limits.clone()));
        Ok(Self { frames, headers, status, defects, reader })
    }

    /// What is wrong with the framing so far, each kind once.
    pub(crate) fn defects(&self) -> Vec<Defect> {
        self.defects.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn read(mut response: Incoming, frames: Arc<Frames>, defects: Arc<Mutex<Vec<Defect>>>, limits: Limits) {
    let mut reader = Reader::new(limits.max_frame);
    let mut take = |item: Item| match item {
        Item::Comment => {}
        Item::Defect(defect) => {
            let mut defects = defects.lock().unwrap_or_else(PoisonError::into_inner);
            if defects.len() < DEFECTS_KEPT && !defects.contains(&defect) {
                defects.push(defect);
            }
        }
        Item::Event(reported) => {
            let received = if reported.cut {
                Received::TooLarge(limits.max_frame, start(&reported.data))
            } else {
                Received::read(&reported.data, limits.max_depth)
            };
            frames.push(received, reported.data.len(), FrameOrigin::Event { name: reported.name });
        }
    };
    let ended = loop {
        match chunk(&mut response).await {
            Ok(Some(bytes)) => reader.feed(&bytes, &mut take),
            Ok(None) => break Received::Closed("the stream ended".to_owned()),
            Err(error) => break failure(&error),
        }
    };
    reader.end(&mut take);
    frames.end(ended);
}
