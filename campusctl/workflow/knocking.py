"""A knock at a device's door, which is no log-in: whether anything is there."""

import asyncio


async def answers(host: str, port: int, wait_s: float) -> bool:
    """Whether a device says anything to a TCP connection; a refusal says that it is there.

    Args:
        host: Its address.
        port: TCP port.
        wait_s: How long to wait, in seconds.
    """
    try:
        async with asyncio.timeout(wait_s):
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    writer.transport.abort()
    return True
