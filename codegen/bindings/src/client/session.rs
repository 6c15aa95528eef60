//! What WebSocket connections of one bot share: its calls, its events, and the way out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::calls::{Calls, closed};
use super::incoming::Incoming;
use super::queue::Queue;
use super::{Options, TransportError, TransportErrorKind, Wire};
use crate::Raw;

/// Calls that are written at once; more wait for their turn.
const OUTGOING: usize = 64;

/// How a connection ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Ended {
    /// The bot was closed.
    Stopped,
    /// The other side closed it or went away.
    Lost,
    /// The other side does not accept this client.
    Refused,
}

/// Where a connection takes the calls that it sends.
pub(crate) struct Attached {
    sender: mpsc::Sender<String>,
    outgoing: mpsc::Receiver<String>,
}

/// The part of a bot that outlives its connections.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) wire: &'static Wire,
    pub(crate) options: Options,
    pub(crate) events: Queue,
    calls: Calls,
    /// Where calls go while there is a connection that carries them.
    way_out: Mutex<Option<mpsc::Sender<String>>>,
    stop: watch::Sender<bool>,
}

impl Session {
    pub(crate) fn new(wire: &'static Wire, options: Options) -> Self {
        Self {
            wire,
            events: Queue::new(options.capacity),
            options,
            calls: Calls::default(),
            way_out: Mutex::default(),
            stop: watch::channel(false).0,
        }
    }

    /// Calls an action over the connection there is.
    pub(crate) async fn call(&self, action: &str, params: String) -> Result<String, TransportError> {
        let way_out = self.way_out().clone();
        let (Some(keys), Some(way_out)) = (self.wire.frame, way_out) else { return Err(closed()) };
        let number = self.calls.number();
        let frame =
            Raw::from_json(&params).and_then(|params| crate::frame::write(keys, action, &params, &Raw::of(&number)?));
        let frame = frame.map_err(|error| TransportError::new(TransportErrorKind::Refused, error.to_string()))?;
        let send = async move { way_out.send(frame).await.map_err(|_| closed()) };
        self.calls.wait(action, self.options.timeout, send, number).await
    }

    /// Ends every connection of the bot.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
        self.events.end();
        self.calls.fail(&closed());
    }

    /// Whether it was closed.
    #[allow(dead_code, reason = "what a listener asks")]
    pub(crate) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Resolves when the bot is closed.
    pub(crate) async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // The sender is a field of this very value.
        let _ = stop.wait_for(|stopped| *stopped).await;
    }

    /// Lets calls go to a connection that was just made, if it carries any.
    pub(crate) fn attach(&self, calls: bool) -> Attached {
        let (sender, outgoing) = mpsc::channel(OUTGOING);
        if calls {
            *self.way_out() = Some(sender.clone());
        }
        Attached { sender, outgoing }
    }

    /// Takes calls away from a connection; false where it carries none, or another one has taken its place.
    fn detach(&self, sender: &mpsc::Sender<String>) -> bool {
        self.way_out().take_if(|current| current.same_channel(sender)).is_some()
    }

    fn way_out(&self) -> MutexGuard<'_, Option<mpsc::Sender<String>>> {
        self.way_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries frames until the connection ends.
    pub(crate) async fn carry<S>(&self, socket: &mut WebSocketStream<S>, attached: Attached) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Attached { sender, mut outgoing } = attached;
        let ended = loop {
            tokio::select! {
                () = self.stopped() => break Ended::Stopped,
                Some(frame) = outgoing.recv() => {
                    if socket.send(Message::text(frame)).await.is_err() {
                        break Ended::Lost;
                    }
                }
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if self.take(text.as_str()) {
                            break Ended::Refused;
                        }
                    }
                    Some(Ok(Message::Binary(bytes))) => {
                        if self.take(&String::from_utf8_lossy(&bytes)) {
                            break Ended::Refused;
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break Ended::Lost,
                    Some(Ok(_)) => {}
                },
            }
        };
        if self.detach(&sender) {
            self.calls.fail(&TransportError::new(TransportErrorKind::Connection, "the connection broke"));
        }
        if ended == Ended::Stopped {
            let _ = tokio::time::timeout(self.options.timeout, socket.close(None)).await;
        }
        ended
    }

    /// Takes a frame; true where it says that this client is not taken.
    fn take(&self, text: &str) -> bool {
        match Incoming::of(text, self.wire) {
            Incoming::Answer(number) => self.calls.answer(number, text.to_owned()),
            Incoming::Event => self.events.push(Ok(text.to_owned())),
            Incoming::Stray => {
                self.events.push(Err(TransportError::new(TransportErrorKind::Refused, text)));
                return true;
            }
        }
        false
    }
}
