"""The stand-in as a process, and its control API."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Mapping, Sequence
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

#: The environment variable that names the `botspec` program.
BINARY = "BOTSPEC"
#: How long the stand-in may take to start, in seconds.
STARTING = 30.0
#: How long something is waited for where a test does not say, in seconds.
PATIENCE = 10.0

_opener = build_opener(ProxyHandler({}))


class NotFound(RuntimeError):
    """The `botspec` program is nowhere."""


class ControlError(AssertionError):
    """The control API refused what it was asked."""


class NothingCame(AssertionError):
    """Something was waited for and did not happen; the text has what did."""


def find_binary(given: str | os.PathLike[str] | None = None) -> Path:
    """The `botspec` program: the one given, that of the environment, one on the path, or one that was built nearby."""
    looked: list[str] = []
    name = "botspec.exe" if os.name == "nt" else "botspec"
    for where, named in (("the option", given), (f"${BINARY}", os.environ.get(BINARY))):
        if named:
            path = Path(named)
            if path.is_file():
                return path.resolve()
            looked.append(f"{where}: {path}")
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path)
    looked.append("the directories of $PATH")
    for folder in (Path.cwd(), *Path.cwd().parents):
        for profile in ("release", "debug"):
            path = folder / "target" / profile / name
            if path.is_file():
                return path
    looked.append("target/release and target/debug here and above")
    raise NotFound(f"there is no `{name}`; looked at " + "; ".join(looked) + f". Set ${BINARY} to where it is.")


@dataclass(frozen=True)
class Call:
    """A call of the bot, with its answer."""

    number: int
    action: str
    params: Any
    answer: Any
    account: int
    transport: str

    @property
    def ok(self) -> bool:
        """Whether it went well."""
        return isinstance(self.answer, dict) and self.answer.get("status") == "ok"

    @property
    def data(self) -> Any:
        """What it was answered."""
        return self.answer.get("data") if isinstance(self.answer, dict) else None


def _call(entry: Mapping[str, Any]) -> Call:
    return Call(
        number=entry["number"],
        action=entry["action"],
        params=entry["params"],
        answer=entry["answer"],
        account=entry["account"],
        transport=entry["transport"],
    )


class Calls:
    """The calls that bots made. What was waited for once is not found again."""

    def __init__(self, stand_in: "StandIn") -> None:
        self._stand_in = stand_in
        self._since = 0

    def all(self, action: str | None = None) -> list[Call]:
        """Every call so far, of an action or of any."""
        query = {} if action is None else {"action": action}
        return [_call(entry) for entry in self._stand_in.get("/calls", **query)["calls"]]

    def wait_for(self, action: str, timeout: float = PATIENCE, **params: Any) -> Call:
        """The next call of an action whose parameters have these values.

        Numbers and their texts are the same here, as they are to most implementations.
        """
        end = time.monotonic() + timeout
        while True:
            left = max(0, int((end - time.monotonic()) * 1000))
            found = self._stand_in.get("/calls", since=self._since, wait=left, action=action)
            for entry in found["calls"]:
                self._since = entry["number"]
                given = entry["params"] if isinstance(entry["params"], dict) else {}
                if all(str(given.get(key)) == str(value) for key, value in params.items()):
                    return _call(entry)
            if left == 0:
                break
        wanted = action if not params else f"{action} with {params}"
        seen = [f"{call.action} {json.dumps(call.params, ensure_ascii=False)}" for call in self.all()]
        raise NothingCame(f"no call of {wanted} within {timeout} s; " + _seen("the calls so far", seen))


def _seen(what: str, things: Sequence[str]) -> str:
    return f"{what}: " + ("none" if not things else "\n  " + "\n  ".join(things))


class StandIn:
    """A whole small QQ, served on free ports of this machine until it is closed."""

    def __init__(
        self,
        dialect: str = "napcat",
        *,
        reverse_ws: Sequence[str] = (),
        webhook: Sequence[str] = (),
        arguments: Sequence[str] = (),
        binary: str | os.PathLike[str] | None = None,
    ) -> None:
        self.dialect = dialect
        self.calls = Calls(self)
        #: Where the first account is served, by transport: `http`, `ws`, `sse`, `reverse-ws` or `webhook`.
        self.urls: dict[str, str] = {}
        self.control = ""
        command = [str(find_binary(binary)), "serve", "--dialect", dialect, "--control", "0", "--http", "0"]
        if dialect != "milky":
            command += ["--ws", "0"]
        for url in reverse_ws:
            command += ["--reverse-ws", url]
        for url in webhook:
            command += ["--webhook", url]
        self._process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._complaints: list[str] = []
        lines: Queue[str | None] = Queue()
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, lines.put), daemon=True),
            threading.Thread(target=self._read, args=(self._process.stderr, self._complain), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        while not self.control:
            try:
                line = lines.get(timeout=STARTING)
            except Empty:
                line = None
            if line is None:
                self.close()
                raise RuntimeError("the stand-in did not start: " + "".join(self._complaints).strip())
            name, _, url = line.strip().partition(": ")
            if name == "control":
                self.control = url
            elif name.startswith("bot "):
                self.urls.setdefault(name.rsplit(" ", 1)[-1], url)

    @staticmethod
    def _read(stream: Any, take: Any) -> None:
        for line in stream:
            take(line)
        take(None)

    def _complain(self, line: str | None) -> None:
        if line is not None:
            self._complaints.append(line)

    # The control API, as it is.

    def get(self, path: str, **query: Any) -> Any:
        """What the control API answers to a question."""
        asked = f"?{urlencode(query)}" if query else ""
        return self._ask(Request(f"{self.control}{path}{asked}"), float(query.get("wait", 0)) / 1000)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What the control API answers to an order."""
        data = json.dumps(body, ensure_ascii=False).encode()
        return self._ask(Request(f"{self.control}{path}", data, {"Content-Type": "application/json"}), 0)

    def _ask(self, request: Request, waits: float) -> Any:
        try:
            with _opener.open(request, timeout=waits + PATIENCE) as answer:
                return json.load(answer)
        except HTTPError as error:
            reason = json.load(error).get("error", error.reason)
            raise ControlError(f"{request.selector}: {reason}") from None
        except URLError as error:
            raise ControlError(f"{request.full_url}: {error.reason}; " + "".join(self._complaints)) from None

    # What tests do.

    def wait_connected(self, timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """Waits until a bot is there that receives events; answers the connections."""
        found = self.get("/connections", wait=int(timeout * 1000))["connections"]
        if not any(connection["receives_events"] for connection in found):
            seen = [f"{it['transport']} ({it['role']})" for it in found]
            raise NothingCame(f"no bot is there after {timeout} s; " + _seen("the connections", seen))
        return list(found)

    def step(self, step: str, /, **params: Any) -> dict[str, Any]:
        """Makes something happen in the world; `GET /steps` lists what can."""
        return dict(self.post("/step", {"step": step, "params": params}))

    def say(self, said: str | list[dict[str, Any]], *, sender: int | str | None = None, **to: Any) -> dict[str, Any]:
        """Somebody says something: a text, or the segments of a message; `group=` in a group."""
        what = {"text": said} if isinstance(said, str) else {"message": said}
        return self.step("say", **what, **({} if sender is None else {"from": sender}), **to)

    def event(self, event: str) -> dict[str, Any]:
        """Plays an event by its name in the contracts."""
        return dict(self.post("/event", {"event": event}))

    def plan(self, action: str, **plan: Any) -> None:
        """Plans the answer to the next calls of an action: `fail=`, `data=`, `wait_ms=` or `silent=`, and `times=`."""
        self.post("/actions", {"action": action, **plan})

    def advance(self, seconds: int) -> int:
        """Moves the clock on; the time that it is then."""
        return int(self.post("/advance", {"seconds": seconds})["time"])

    def reset(self) -> None:
        """Puts the world back to how it was in the beginning."""
        self.post("/reset", {})

    def world(self) -> dict[str, Any]:
        """Who and what there is."""
        return dict(self.get("/world"))

    @property
    def fixtures(self) -> dict[str, Any]:
        """Who and what the first account can try things on: `self`, `friend`, `group`, `member` and so on."""
        return dict(self.world()["accounts"][0]["fixtures"])

    def member(self, group: int, user: int) -> dict[str, Any]:
        """A member of a group: `role`, `card`, `title`, and `muted_until` while that is so."""
        found = next((it for it in self.world()["groups"] if it["group"] == group), None)
        cards = found["cards"] if found else []
        member = next((it for it in cards if it["user"] == user), None)
        if member is None:
            raise LookupError(f"{user} is no member of {group}")
        return dict(member)

    def close(self) -> None:
        """Ends the stand-in."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(timeout=1)
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
