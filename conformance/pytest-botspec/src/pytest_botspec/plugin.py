"""The fixtures: `botspec`, a stand-in of its own for each test, and `run_bot`, which starts the bot beside it."""

from __future__ import annotations

from typing import Callable, Iterator, Mapping, Sequence

import pytest

from .bot import Bot
from .stand_in import NothingCame, StandIn

RunBot = Callable[..., Bot]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("botspec")
    group.addoption("--botspec", metavar="FILE", default=None, help="the botspec program [default: $BOTSPEC, or on the path]")
    parser.addini("botspec_dialect", "the dialect that the stand-in speaks", default="napcat")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "botspec(dialect=..., reverse_ws=..., webhook=..., arguments=...): how the stand-in is started"
    )


@pytest.fixture
def botspec(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """A stand-in on free ports, which ends with the test."""
    marker = request.node.get_closest_marker("botspec")
    options = dict(marker.kwargs) if marker else {}
    options.setdefault("dialect", request.config.getini("botspec_dialect"))
    options.setdefault("binary", request.config.getoption("--botspec"))
    with StandIn(**options) as stand_in:
        yield stand_in


@pytest.fixture
def run_bot(botspec: StandIn) -> Iterator[RunBot]:
    """Starts a bot and waits until it is connected to the stand-in."""
    running: list[Bot] = []

    def run(command: Sequence[str], env: Mapping[str, str] | None = None, timeout: float = 20.0) -> Bot:
        bot = Bot(command, env)
        running.append(bot)
        end = timeout
        while True:
            bot.check()
            try:
                botspec.wait_connected(timeout=min(1.0, end))
                return bot
            except NothingCame as nothing:
                end -= 1.0
                if end <= 0:
                    raise NothingCame(f"{nothing}\nthe bot printed:\n{bot.output}") from None

    yield run
    for bot in running:
        bot.close()
