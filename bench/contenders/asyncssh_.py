"""asyncssh without a screen scraper above it: as many tasks at once as asked for, prompts awaited by hand."""

import asyncio

import asyncssh

NAME = "asyncssh"
HOST_KEYS = "strict: known_hosts"
PACKAGES = ("asyncssh",)


async def _until_prompt(reader, prompts=1):
    text = ""
    while not text.endswith("#") or text.count("#") < prompts:
        more = await reader.read(65536)
        if not more:
            raise EOFError
        text += more
    return text


async def _one(job, known, gate, host):
    options = {
        "username": job.user,
        "password": job.password,
        "known_hosts": known,
        "config": None,
        "client_keys": None,
        "agent_path": None,
        "gss_host": None,
        "preferred_auth": "password",
        "login_timeout": 60,
    }
    async with gate, asyncssh.connect(host, job.port, **options) as connection:
        writer, reader, _ = await connection.open_session(term_type="vt100")
        await _until_prompt(reader)
        writer.write("terminal length 0\n")
        await _until_prompt(reader)
        writer.write("show running-config\n")
        return await _until_prompt(reader)


async def _all(job):
    gate, known = asyncio.Semaphore(job.size), asyncssh.read_known_hosts(job.known_hosts)
    found = await asyncio.gather(*(_one(job, known, gate, host) for host in job.hosts), return_exceptions=True)
    return dict(zip(job.hosts, found, strict=True))


def read(job):
    return asyncio.run(_all(job))
