"""nonebot2 with nonebot-adapter-onebot: tells what it understands of a bot that speaks OneBot 11.

    nonebot_onebot.py ws URL     connects to an implementation
    nonebot_onebot.py listen     waits for one: reverse WebSocket at /onebot/v11/ws, webhook at /onebot/v11/http

Environment: TOKEN, SECRET; with webhooks API_ROOT, the address for calls, and SELF_ID.
"""

import os
import sys

import nonebot
from nonebot.adapters.onebot.v11 import Adapter, Bot, Event, MessageSegment
from nonebot.adapters.onebot.v11 import event as events
from nonebot.log import logger
from nonebot.message import event_preprocessor

from wire import listening, take_calls, tell

mode, *where = sys.argv[1:]
config = {"log_level": "WARNING", "onebot_access_token": os.environ.get("TOKEN")}
if mode == "ws":
    config |= {"driver": "~websockets", "onebot_ws_urls": where}
else:
    config |= {"driver": "~fastapi+~httpx", "onebot_secret": os.environ.get("SECRET")}
    if "API_ROOT" in os.environ:
        config |= {"onebot_api_roots": {os.environ["SELF_ID"]: os.environ["API_ROOT"]}}

# Classes that stand for "some event of this kind": who gets one has lost what it was.
GENERIC = {
    events.Event, events.MessageEvent, events.NoticeEvent, events.NotifyEvent, events.RequestEvent, events.MetaEvent,
}

# What each event was when it came, by its identity.
raw = {}


class Listening(Adapter):
    """The adapter, keeping what it read."""

    @classmethod
    def json_to_event(cls, json_data, *args, **kwargs):
        event = super().json_to_event(json_data, *args, **kwargs)
        if event is not None:
            raw[id(event)] = json_data
        elif "post_type" in json_data:
            tell(event=json_data, **{"class": None}, degraded=True)
        return event


logger.remove()
logger.add(lambda message: tell(trouble=str(message)), level="WARNING", format="{message}")
nonebot.init(_env_file=None, **config)
driver = nonebot.get_driver()
driver.register_adapter(Listening)


@driver.on_bot_connect
async def connected(bot: Bot):
    tell(connected=bot.self_id)
    take_calls(lambda action, params: bot.call_api(action, **params))


@event_preprocessor
async def heard(bot: Bot, event: Event):
    told = {"event": raw.pop(id(event)), "class": type(event).__name__, "degraded": type(event) in GENERIC}
    if isinstance(event, events.MessageEvent):
        message = event.original_message
        told["segments"] = [segment.type for segment in message]
        told["degraded"] |= not all(isinstance(segment, MessageSegment) for segment in message)
        # Everything that bots ask of a message.
        event.get_plaintext(), event.is_tome(), event.get_session_id(), event.get_event_description()
    tell(**told)


if __name__ == "__main__":
    if mode == "ws":
        nonebot.run()
    else:
        nonebot.run(fd=listening().detach())
