"""milky-python-sdk: tells what it understands of a bot that speaks Milky.

    milky_sdk.py sse URL     has the events streamed from an implementation

Environment: TOKEN.
"""

import asyncio
import logging
import os
import sys

from milky import EventType, MessageScene, MilkyBot
from milky.models import MessageEvent, OutgoingSegment
from pydantic import TypeAdapter

from wire import take_calls, tell

SEGMENTS = TypeAdapter(list[OutgoingSegment])

# What was said of the event that is read just now.
logged = []


class Kept(logging.Handler):
    def emit(self, record):
        logged.append(record.getMessage())


logging.getLogger("milky").addHandler(Kept(logging.WARNING))


class Listening(MilkyBot):
    """The bot, telling what became of each event."""

    async def _dispatch(self, event):
        logged.clear()
        self.heard = None
        await super()._dispatch(event)
        # What it cannot read it logs, and tells nobody.
        told = {"event": event, "class": type(self.heard).__name__, "degraded": self.heard is None, "why": [*logged]}
        if isinstance(self.heard, MessageEvent):
            told["segments"] = [segment.type for segment in self.heard.data.segments]
            self.heard.to_text(add_sender=True)
        tell(**told)


bot = Listening(sys.argv[2].removesuffix("/event"), os.environ.get("TOKEN"))

for kind in EventType:

    @bot.on(kind)
    async def heard(event):
        bot.heard = event


async def call(action, params):
    if "message" in params:
        params["message"] = SEGMENTS.validate_python(params["message"])
    if "message_scene" in params:
        params["message_scene"] = MessageScene(params["message_scene"])
    return await getattr(bot.client, action)(**params)


async def main():
    take_calls(call)
    await bot.run()


if __name__ == "__main__":
    asyncio.run(main())
