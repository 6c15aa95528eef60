"""What goes wrong is said so that one knows what to do."""

import pytest

from pytest_botspec import ControlError, NotFound, NothingCame, StandIn, find_binary


def test_a_missing_program_is_said_with_where_it_was_looked_for(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BOTSPEC", "/no/botspec")
    with pytest.raises(NotFound) as error:
        find_binary()
    assert "/no/botspec" in str(error.value) and "$PATH" in str(error.value)


def test_a_bot_that_never_comes_is_said_with_what_was_seen(botspec: StandIn) -> None:
    with pytest.raises(NothingCame, match="the connections: none"):
        botspec.wait_connected(timeout=0.01)


def test_a_call_that_never_comes_is_said_with_those_that_did(botspec: StandIn) -> None:
    with pytest.raises(NothingCame, match="no call of get_msg"):
        botspec.calls.wait_for("get_msg", timeout=0.01)


def test_a_step_about_nobody_is_refused(botspec: StandIn) -> None:
    with pytest.raises(ControlError, match="there is no user 7"):
        botspec.say("hello", sender=7)


def test_a_wrong_argument_is_said(botspec: StandIn) -> None:
    with pytest.raises(RuntimeError, match="did not start"):
        StandIn(dialect="onebot12")


@pytest.mark.botspec(dialect="milky")
def test_other_dialects_are_served(botspec: StandIn) -> None:
    assert set(botspec.urls) >= {"http", "ws"}
