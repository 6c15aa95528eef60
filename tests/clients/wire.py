"""What all clients written in Python share: they tell a JSON object per line, and are told calls, one per line."""

import asyncio
import json
import socket
import sys
import threading


def tell(**line):
    print(json.dumps(line, ensure_ascii=False, default=str), flush=True)


def listening():
    """A socket that waits for connections at a free port, which is told; connections that come early wait in it."""
    waiting = socket.create_server(("127.0.0.1", 0))
    tell(listening=waiting.getsockname()[1])
    return waiting


def take_calls(perform, result=lambda value: value):
    """Does the calls on standard input one after the other: `await perform(action, params)`."""
    loop = asyncio.get_running_loop()

    async def one(action, params):
        try:
            tell(call=action, result=result(await perform(action, params)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            tell(call=action, error=f"{type(error).__name__}: {error}")

    def read():
        for line in sys.stdin:
            call = json.loads(line)
            asyncio.run_coroutine_threadsafe(one(call["action"], call.get("params", {})), loop).result()

    threading.Thread(target=read, daemon=True).start()
