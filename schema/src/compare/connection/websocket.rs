//! The paths of a WebSocket: what a connection to each of them carries.

use std::collections::BTreeSet;

use super::super::entry::{Change, Level};
use super::super::subject::Subject;
use super::super::walk::Walk;
use crate::model::{DialectFile, WsRole, WsTransport};

/// Compares what every path carries.
pub(super) fn compare(walk: &mut Walk<'_>, from: &DialectFile, to: &DialectFile) {
    let (Some(one), Some(other)) = (&from.transports.ws, &to.transports.ws) else { return };
    walk.enter(Subject::Dialect, "ws");
    let role = |ws: &WsTransport, path: &str| {
        let endpoint = ws.endpoints.iter().find(|endpoint| endpoint.paths.iter().any(|known| known == path));
        endpoint.map(|endpoint| endpoint.role).or(ws.other_paths)
    };
    let paths = |ws: &WsTransport| -> BTreeSet<String> {
        ws.endpoints.iter().flat_map(|endpoint| endpoint.paths.iter().cloned()).collect()
    };
    for path in &paths(one) {
        path_of(walk, Some(path), role(one, path), role(other, path));
    }
    for path in paths(other).difference(&paths(one)) {
        path_of(walk, Some(path), role(one, path), role(other, path));
    }
    path_of(walk, None, one.other_paths, other.other_paths);
}

/// One path, or every other one.
fn path_of(walk: &mut Walk<'_>, path: Option<&str>, from: Option<WsRole>, to: Option<WsRole>) {
    let carries = |role: Option<WsRole>, what: WsRole| role == Some(what) || role == Some(WsRole::Universal);
    let both = [WsRole::Api, WsRole::Event];
    let gone: Vec<WsRole> = both.into_iter().filter(|what| carries(from, *what) && !carries(to, *what)).collect();
    let more: Vec<WsRole> = both.into_iter().filter(|what| !carries(from, *what) && carries(to, *what)).collect();
    let words = walk.words();
    let pointer = "/transports/ws/endpoints";
    if to.is_none() && from.is_some() {
        walk.push(Level::Breaks, Change::Setting, pointer, None, words.path_gone(path));
    } else if !gone.is_empty() {
        walk.push(Level::Breaks, Change::Setting, pointer, None, words.path_carries(path, gone[0], false));
    }
    if from.is_none() && to.is_some() {
        walk.push(Level::New, Change::Setting, pointer, None, words.path_added(path));
    } else if !more.is_empty() {
        walk.push(Level::New, Change::Setting, pointer, None, words.path_carries(path, more[0], true));
    }
}
