"""The example of the README, as tests that run."""

import sys
import time
from pathlib import Path

import pytest

from pytest_botspec import StandIn

GROUP, ADMIN, MEMBER = 70001, 20002, 30003


@pytest.fixture(autouse=True)
def ban_bot(botspec: StandIn, run_bot):
    return run_bot([sys.executable, str(Path(__file__).with_name("ban_bot.py"))], {"ONEBOT_WS": botspec.urls["ws"]})


def ban(user: int) -> list:
    return [{"type": "text", "data": {"text": "/ban "}}, {"type": "at", "data": {"qq": str(user)}}]


def test_an_admin_mutes_a_member(botspec: StandIn) -> None:
    said = botspec.say(ban(MEMBER), sender=ADMIN, group=GROUP)
    assert said["received"] == 1
    call = botspec.calls.wait_for("set_group_ban", group_id=GROUP, user_id=MEMBER)
    assert call.ok and call.params["duration"] == 60
    assert botspec.member(GROUP, MEMBER)["muted_until"] > time.time()
    assert f"muted {MEMBER}" in str(botspec.calls.wait_for("send_msg").params["message"])
    botspec.advance(61)
    assert botspec.member(GROUP, MEMBER)["muted_until"] is None


def test_a_member_may_not(botspec: StandIn) -> None:
    botspec.say(ban(ADMIN), sender=MEMBER, group=GROUP)
    answer = botspec.calls.wait_for("send_msg")
    assert "only admins" in str(answer.params["message"])
    assert botspec.calls.all("set_group_ban") == []


def test_a_failure_is_no_answer(botspec: StandIn) -> None:
    botspec.plan("set_group_ban", fail={"message": "no"})
    botspec.say(ban(MEMBER), sender=ADMIN, group=GROUP)
    assert not botspec.calls.wait_for("set_group_ban").ok
    assert botspec.member(GROUP, MEMBER)["muted_until"] is None
    assert botspec.calls.all("send_msg") == []
