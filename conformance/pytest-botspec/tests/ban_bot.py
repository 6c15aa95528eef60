"""A nonebot2 bot: an admin who says `/ban @somebody` has them muted for a minute."""

import os

import nonebot
from nonebot import on_command
from nonebot.adapters.onebot.v11 import Adapter, Bot, GroupMessageEvent, Message
from nonebot.params import CommandArg

nonebot.init(_env_file=None, driver="~websockets", onebot_ws_urls=[os.environ["ONEBOT_WS"]], log_level="WARNING")
nonebot.get_driver().register_adapter(Adapter)

ban = on_command("ban")


@ban.handle()
async def handle(bot: Bot, event: GroupMessageEvent, arguments: Message = CommandArg()) -> None:
    if event.sender.role not in ("admin", "owner"):
        await ban.finish("only admins can do that")
    for segment in arguments["at"]:
        await bot.set_group_ban(group_id=event.group_id, user_id=int(segment.data["qq"]), duration=60)
        await ban.finish(f"muted {segment.data['qq']} for a minute")
    await ban.finish("whom?")


nonebot.run()
