"""Test a QQ bot against botspec's stand-in implementation: no account, no network, no sleeping."""

from .bot import Bot, BotEnded
from .stand_in import Call, Calls, ControlError, NotFound, NothingCame, StandIn, find_binary

__all__ = [
    "Bot",
    "BotEnded",
    "Call",
    "Calls",
    "ControlError",
    "NotFound",
    "NothingCame",
    "StandIn",
    "find_binary",
]
