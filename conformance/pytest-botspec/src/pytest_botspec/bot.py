"""The bot under test, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import Mapping, Sequence


class BotEnded(AssertionError):
    """The bot ended by itself; the text has what it printed."""


class Bot:
    """A program that runs until it is closed."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self._process = subprocess.Popen(
            list(command), stdout=self._output, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}
        )

    @property
    def output(self) -> str:
        """What it has printed so far."""
        self._output.seek(0)
        return self._output.read()

    def check(self) -> None:
        """Fails where the bot is not there any more."""
        code = self._process.poll()
        if code is not None:
            raise BotEnded(f"the bot ended with code {code}:\n{self.output}")

    def close(self) -> None:
        """Ends it."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
