"""aiocqhttp: tells what it understands of a bot that speaks OneBot 11 and connects to it, at /ws.

Environment: TOKEN.
"""

import asyncio
import os
from typing import Any, get_args, get_origin, get_type_hints

from aiocqhttp import CQHttp, Event, Message
from hypercorn.asyncio import serve
from hypercorn.config import Config

from wire import listening, take_calls, tell


class Bot(CQHttp):
    async def _handle_event(self, payload):
        # What it takes for no event at all reaches nobody.
        if Event.from_payload(payload) is None:
            tell(**{"event": payload, "class": None, "degraded": True})
        return await super()._handle_event(payload)


bot = Bot(access_token=os.environ.get("TOKEN"), message_class=Message)
# The classes that each field may have; a field whose class is `Any` may be anything.
DECLARED = {name: get_args(kind) or (kind,) for name, kind in get_type_hints(Event).items()}
DECLARED = {
    name: tuple(get_origin(kind) or kind for kind in kinds) for name, kinds in DECLARED.items() if Any not in kinds
}
connected = False


def degraded(event):
    """The fields that are not what the client says they are."""
    wrong = [name for name, kinds in DECLARED.items() if not isinstance(getattr(event, name), kinds)]
    if event.type == "message" and not isinstance(event.message, Message):
        wrong.append("message")
    return wrong


@bot.on("message", "message_sent", "notice", "request", "meta_event")
async def heard(event: Event):
    global connected
    if not connected:
        connected = True
        tell(connected=event.self_id)
        take_calls(lambda action, params: bot.call_action(action, **params))
    wrong = degraded(event)
    told = {"event": dict(event), "class": event.name, "degraded": bool(wrong), "wrong": wrong}
    if event.message is not None:
        told["segments"] = [segment.type for segment in event.message]
        event.message.extract_plain_text()
    tell(**told)


if __name__ == "__main__":
    config = Config()
    config.bind = [f"fd://{listening().detach()}"]
    config.errorlog = config.accesslog = None
    asyncio.run(serve(bot.asgi, config))
