"""nonebot2 with nonebot-adapter-milky: tells what it understands of a bot that speaks Milky.

    nonebot_milky.py ws URL     connects to an implementation
    nonebot_milky.py listen     waits for one: webhook at /milky/

Environment: TOKEN; with webhooks API_ROOT, the address for calls.
"""

import os
import sys
from copy import deepcopy
from types import UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import nonebot
from nonebot.adapters.milky import Adapter, Bot, Event, Message
from nonebot.adapters.milky import event as events
from nonebot.log import logger
from nonebot.message import event_preprocessor

from wire import listening, take_calls, tell

mode, *where = sys.argv[1:]
address = urlsplit(where[0] if where else os.environ["API_ROOT"])
server = {"host": address.hostname, "port": address.port, "access_token": os.environ.get("TOKEN")}
config = {"log_level": "WARNING"}
if mode == "ws":
    config |= {"driver": "~httpx+~websockets", "milky_clients": [server]}
else:
    config |= {"driver": "~fastapi+~httpx", "milky_webhook": server}

# Classes that stand for "some event of this kind": who gets one has lost what it was.
GENERIC = {events.Event, events.MessageEvent, events.NoticeEvent, events.RequestEvent, events.MetaEvent}

# What each event was when it came, by its identity.
raw = {}


class Listening(Adapter):
    """The adapter, keeping what it read."""

    @classmethod
    def json_to_event(cls, json_data):
        came = deepcopy(json_data)
        event = super().json_to_event(json_data)
        if event is not None:
            raw[id(event)] = came
        else:
            tell(event=came, **{"class": None}, degraded=True)
        return event


def is_a(value, kind):
    """Whether a value is what the client says that it is."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(is_a(value, arg) for arg in args)
    if origin is Literal:
        return value in args
    if origin is list:
        return isinstance(value, list) and all(is_a(item, args[0]) for item in value)
    if hasattr(kind, "__required_keys__"):
        fields = get_type_hints(kind)
        return kind.__required_keys__ <= value.keys() and all(
            is_a(value[name], fields[name]) for name in fields if name in value
        )
    return isinstance(value, origin or kind) and (kind is bool or not isinstance(value, bool))


logger.remove()
logger.add(lambda message: tell(trouble=str(message)), level="WARNING", format="{message}")
nonebot.init(_env_file=None, **config)
driver = nonebot.get_driver()
driver.register_adapter(Listening)


async def call(bot, action, params):
    if "message" in params:
        params["message"] = Message.from_elements(params["message"])
    return await bot.call_api(action, **params)


@driver.on_bot_connect
async def connected(bot: Bot):
    tell(connected=bot.self_id)
    take_calls(lambda action, params: call(bot, action, params))


@event_preprocessor
async def heard(bot: Bot, event: Event):
    told = {"event": raw.pop(id(event)), "class": type(event).__name__, "degraded": type(event) in GENERIC}
    if isinstance(event, events.MessageEvent):
        message = event.original_message
        told["segments"] = [segment.type for segment in message]
        wrong = [str(segment) for segment in message if not is_a(segment.data, get_type_hints(type(segment))["data"])]
        told["degraded"] |= bool(wrong)
        told["wrong"] = wrong
        # Everything that bots ask of a message.
        event.get_plaintext(), event.is_tome(), event.get_session_id(), event.get_user_id()
    event.get_event_name(), event.get_event_description()
    tell(**told)


if __name__ == "__main__":
    if mode == "ws":
        nonebot.run()
    else:
        nonebot.run(fd=listening().detach())
