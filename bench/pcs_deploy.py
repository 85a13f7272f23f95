"""The wishes of a PC's document in pyinfra's terms; run by pyinfra, in an environment of its own."""

import sys
from io import StringIO
from pathlib import Path

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, crontab, files, server, systemd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pcs_tasks import blocks, gone, jobs

document = host.data.document

for present in (True, False):
    word = "present" if present else "absent"
    names = [name for name, state in document["packages"].items() if state == word]
    apt.packages(name=f"packages {word}", packages=names, present=present, no_recommends=present)
for name, group in document["groups"].items():
    server.group(name=f"group {name}", group=name, gid=group["gid"])
for name, user in document["users"].items():
    server.user(
        name=f"user {name}",
        user=name,
        uid=user["uid"],
        group=user["group"],
        groups=user.get("groups"),
        append=True,
        shell=user["shell"],
        comment=user["title"],
        ensure_home=False,
    )
for path, wanted in document["directories"].items():
    files.directory(
        name=f"directory {path}", path=path, user=wanted["owner"], group=wanted["group"], mode=wanted["mode"]
    )
for path, wanted in document["files"].items():
    files.put(
        name=f"file {path}",
        src=StringIO(wanted["content"]),
        dest=path,
        user=wanted["owner"],
        group=wanted["group"],
        mode=wanted["mode"],
    )
for path, target in document["links"].items():
    files.link(name=f"link {path}", path=path, target=target)
for path in gone(document):
    files.directory(name=f"no {path}", path=path, present=False)
for path, lines in document["lines"].items():
    for line in lines:
        files.line(name=f"line {line['name']}", path=path, line="^#*ClientAliveInterval .*$", replace=line["line"])
for path, name, text in blocks(document):
    files.block(name=f"block {name}", path=path, content=text, marker=f"# {{mark}} campusctl {name}")
for name, wanted in document["services"].items():
    systemd.service(name=f"service {name}", service=name, running=True, enabled=wanted["enabled"])
for name, job in jobs(document).items():
    minute, hour, day, month, weekday = job["schedule"].split()
    crontab.crontab(
        name=f"cron {name}",
        command=job["command"],
        user=job["user"],
        minute=minute,
        hour=hour,
        month=month,
        day_of_week=weekday,
        day_of_month=day,
    )
there = host.get_fact(Command, "lpstat -v 2>&1 || true") or ""
for name, queue in document["printers"]["queues"].items():
    if f"{name}: {queue['uri']}" not in there:
        server.shell(name=f"print queue {name}", commands=[f"lpadmin -p {name} -E -v {queue['uri']} -m raw"])
