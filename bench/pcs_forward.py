"""Leads connections on to real PCs. Reads {"port", "there": {address: real address}}, says "ready"."""

import asyncio
import contextlib
import json
import os
import sys


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
        writer.write_eof()


async def main() -> None:
    job = json.loads(sys.stdin.readline())
    port, at_work = job["port"], set()  # nobody else holds on to a connection's task

    def lead_to(real: str):
        async def led(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            at_work.add(asyncio.current_task())
            with contextlib.suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection(real, port)
                await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
                far_writer.close()
            writer.close()
            at_work.discard(asyncio.current_task())

        return led

    for address, real in job["there"].items():
        await asyncio.start_server(lead_to(real), address, port, backlog=200)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)  # connections that are still open end with it


if __name__ == "__main__":
    asyncio.run(main())
