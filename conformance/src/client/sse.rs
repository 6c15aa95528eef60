//! A client for server-sent events. One task reads the stream into its [frames](super::frames).

pub(crate) mod reader;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use reqwest::Response;
use tokio::task::JoinHandle;

use self::reader::{Defect, Item, Reader};
use super::frames::{Carried, Frames};
use super::http::{HttpClient, failure};
use super::ws::NoHandshake;
use crate::exchange::HttpRequest;
use crate::gate::Pass;
use crate::seen::{Seen, start};
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
        pass: &Pass,
        request: HttpRequest,
        limits: &Limits,
    ) -> Result<Self, NoHandshake> {
        let deadline = tokio::time::Instant::from_std(Instant::now() + limits.timeout);
        let (status, headers, response) = client.open(pass, &request, deadline).await?;
        if status != 200 {
            let seen = client.read(response, deadline).await;
            return Err(NoHandshake { status: Some(status), headers, seen });
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

async fn read(mut response: Response, frames: Arc<Frames>, defects: Arc<Mutex<Vec<Defect>>>, limits: Limits) {
    let mut reader = Reader::new(limits.max_frame);
    let mut take = |item: Item| match item {
        Item::Comment => {}
        Item::Defect(defect) => {
            let mut defects = defects.lock().unwrap_or_else(PoisonError::into_inner);
            if defects.len() < DEFECTS_KEPT && !defects.contains(&defect) {
                defects.push(defect);
            }
        }
        Item::Event(told) => {
            let seen = if told.cut {
                Seen::TooLarge(limits.max_frame, start(&told.data))
            } else {
                Seen::read(&told.data, limits.max_depth)
            };
            frames.push(seen, told.data.len(), Carried::Event { name: told.name });
        }
    };
    let ended = loop {
        match response.chunk().await {
            Ok(Some(bytes)) => reader.feed(&bytes, &mut take),
            Ok(None) => break Seen::Closed("the stream ended".to_owned()),
            Err(error) => break failure(&error),
        }
    };
    reader.end(&mut take);
    frames.end(ended);
}
