"""A connection to an implementation: calls and events over a WebSocket, or calls over HTTP and events beside it.

A connection that breaks is made again, with growing pauses; calls that wait for an answer fail then. Events wait for their
reader in a queue; one too many drops the oldest, which `dropped` counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
from collections import deque
from dataclasses import dataclass
from typing import Any, cast

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from ._base import DecodeError
from .wire import WIRE


class TransportError(Exception):
    """A call did not come through."""


class Refused(TransportError):
    """The implementation does not take this client, as without the right token."""


class ActionError(Exception):
    """The implementation did not do what was called."""

    def __init__(self, action: str, retcode: int | None, message: str | None, raw: dict[str, Any]) -> None:
        super().__init__(f"`{action}` failed with {retcode}: {message or 'no reason'}")
        self.action = action
        self.retcode = retcode
        self.message = message
        self.raw = raw


@dataclass(frozen=True)
class Options:
    """How a client connects and waits."""

    token: str | None = None
    timeout: float = 30.0
    capacity: int = 1024
    first_pause: float = 0.5
    longest_pause: float = 30.0

    @property
    def headers(self) -> dict[str, str]:
        """The headers that carry the token."""
        return {} if self.token is None else {WIRE.auth_header: f"{WIRE.auth_scheme} {self.token}"}


def result(action: str, answer: dict[str, Any]) -> Any:
    """The data of an answer; an error where nothing was done."""
    if answer.get(WIRE.status) in WIRE.done:
        return answer.get(WIRE.data)
    texts = (answer.get(key) for key in WIRE.texts)
    retcode = answer.get(WIRE.retcode)
    message = next((text for text in texts if isinstance(text, str) and text), None)
    raise ActionError(action, retcode if isinstance(retcode, int) else None, message, answer)


def parse(text: str | bytes) -> dict[str, Any]:
    """An object of JSON."""
    raw = text if isinstance(text, str) else text.decode("utf-8", "replace")
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DecodeError("frame", "", str(error), raw) from error
    if not isinstance(value, dict):
        raise DecodeError("frame", "", "expected an object", raw)
    return cast("dict[str, Any]", value)


class Connection:
    """A connection that events come over; whether calls do is a fact of the dialect."""

    def __init__(self, url: str, options: Options) -> None:
        self.options = options
        self.dropped = 0
        self._url = url
        self._http = httpx.AsyncClient(headers=options.headers, timeout=options.timeout)
        self._socket: ClientConnection | None = None
        self._calls: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._echo = itertools.count(1)
        self._events: deque[dict[str, Any] | Exception] = deque()
        self._more = asyncio.Condition()
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connects; an error where nobody answers or the token is refused."""
        socket = await self._connect()
        self._task = asyncio.create_task(self._run(socket))

    async def call(self, action: str, params: dict[str, Any]) -> Any:
        """Calls an action, and returns the data of its answer. Cancelling gives up waiting."""
        if WIRE.frame is None or self._task is None:
            return await self._post(action, params)
        if self._socket is None:
            raise TransportError(f"cannot call `{action}`: not connected")
        echo = str(next(self._echo))
        keys = WIRE.frame
        frame = json.dumps({keys[0]: action, keys[1]: params, keys[2]: echo}, ensure_ascii=False)
        answer = asyncio.get_running_loop().create_future()
        self._calls[echo] = answer
        try:
            async with asyncio.timeout(self.options.timeout):
                await self._socket.send(frame)
                return result(action, await answer)
        except TimeoutError as error:
            raise TransportError(f"no answer to `{action}` within {self.options.timeout} s") from error
        except websockets.ConnectionClosed as error:
            raise TransportError(f"cannot call `{action}`: the connection broke") from error
        finally:
            self._calls.pop(echo, None)

    async def next_event(self) -> dict[str, Any] | None:
        """The next event as JSON; nothing where no more will come."""
        async with self._more:
            await self._more.wait_for(lambda: bool(self._events) or self._closed)
            if not self._events:
                return None
            event = self._events.popleft()
        if isinstance(event, Exception):
            raise event
        return event

    async def close(self) -> None:
        """Ends the connection in order: calls without an answer fail, events that wait can still be read."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._socket is not None:
            await self._socket.close()
        self._fail("the connection is closed")
        await self._http.aclose()
        async with self._more:
            self._more.notify_all()

    async def _post(self, action: str, params: dict[str, Any]) -> Any:
        url = self._url.rstrip("/") + WIRE.http_path.replace("{action}", action)
        try:
            response = await self._http.post(url, json=params)
        except httpx.HTTPError as error:
            raise TransportError(f"cannot call `{action}` at {url}: {error!r}") from error
        try:
            answer = parse(response.content)
        except DecodeError:
            if response.is_success:
                raise
            answer = {}
        if WIRE.status not in answer:
            kind = Refused if response.is_client_error else TransportError
            raise kind(f"`{action}` was answered with status {response.status_code}")
        return result(action, answer)

    async def _connect(self) -> ClientConnection:
        url = self._url
        if WIRE.frame is None:
            url = url.rstrip("/").replace("http", "ws", 1) + WIRE.ws_path
        try:
            return await websockets.connect(
                url,
                additional_headers=self.options.headers,
                open_timeout=self.options.timeout,
                max_size=64 * 1024 * 1024,
                proxy=None,
            )
        except websockets.InvalidStatus as error:
            status = error.response.status_code
            kind = Refused if 400 <= status < 500 else TransportError
            raise kind(f"{url} refused the connection with status {status}") from error
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            raise TransportError(f"cannot connect to {url}: {error!r}") from error

    async def _run(self, socket: ClientConnection) -> None:
        try:
            while True:
                self._socket = socket
                try:
                    async for text in socket:
                        await self._take(text)
                except websockets.ConnectionClosed:
                    pass
                self._socket = None
                self._fail("the connection broke")
                socket = await self._again()
        except Refused as error:
            await self._push(error)
            self._closed = True
            async with self._more:
                self._more.notify_all()

    async def _again(self) -> ClientConnection:
        pause = self.options.first_pause
        while True:
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            try:
                return await self._connect()
            except Refused:
                raise
            except TransportError:
                pause = min(2 * pause, self.options.longest_pause)

    def _fail(self, why: str) -> None:
        for call in self._calls.values():
            if not call.done():
                call.set_exception(TransportError(why))

    async def _take(self, text: str | bytes) -> None:
        try:
            frame = parse(text)
        except DecodeError as error:
            await self._push(error)
            return
        if WIRE.status not in frame or WIRE.retcode not in frame:
            await self._push(frame)
            return
        echo = None if WIRE.frame is None else frame.get(WIRE.frame[2])
        call = self._calls.get(str(echo))
        if call is not None and not call.done():
            call.set_result(frame)
        elif echo is None:
            # What answers nothing is how some refuse a token.
            raise Refused(json.dumps(frame, ensure_ascii=False))

    async def _push(self, event: dict[str, Any] | Exception) -> None:
        async with self._more:
            if len(self._events) >= self.options.capacity:
                self._events.popleft()
                self.dropped += 1
            self._events.append(event)
            self._more.notify()
