"""Whether what is said about files of a PC makes sense."""

import re
from collections.abc import Iterator

from campusctl.inventory.pc_fault import Fault
from campusctl.model.inventory import Settings
from campusctl.model.pc import PcSettings
from campusctl.model.pc_paths import MADE, UNITS, timer_unit
from campusctl.model.sentence import N_, sentence

_OURS_HINT = N_("say it there, or take that setting back")


def file_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Files without a text, with two, or with a check that checks nothing."""
    del dialect
    for path, said in settings.pc.files.items():
        if said is None:
            continue
        where = ("pc", "files", path)
        if (said.template is None) == (said.content is None):
            what = (
                sentence("the file has neither `template` nor `content`")
                if said.template is None
                else sentence("has both texts")
            )
            yield Fault(where, what, sentence("say one of `template` and `content`"))
        if said.check and "%s" not in said.check:
            yield Fault(
                (*where, "check"), sentence("the command never sees the file"), sentence("`%s` stands for its path")
            )


def path_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Paths of which two things are said, or that campusctl makes itself."""
    pc = settings.pc
    seen: dict[str, str] = {}
    made = {path: setting for path, setting in MADE.items() if _in_use(settings, setting)} | _timer_files(pc)
    for kind in ("files", "directories", "links", "absent"):
        for path, said in getattr(pc, kind).items():
            if said is None or said is False:
                continue
            other = seen.setdefault(path, kind)
            if other != kind:
                yield Fault(
                    ("pc", kind, path),
                    sentence("stands under `{other}` too", other=other),
                    sentence("a path is one thing"),
                )
            if path in made and dialect == "linux":
                yield Fault(
                    ("pc", kind, path), sentence("is made from `{setting}`", setting=made[path]), sentence(_OURS_HINT)
                )


def _timer_files(pc: PcSettings) -> dict[str, str]:
    return {
        f"{UNITS}/{timer_unit(name)}.{kind}": f"timers.{name}"
        for name, timer in pc.timers.items()
        if timer
        for kind in ("service", "timer")
    }


def _in_use(settings: Settings, setting: str) -> bool:
    """Whether a setting makes its files."""
    pc = settings.pc
    uses = {
        "timezone": True,
        "ntp": bool(settings.ntp.servers),
        "locale.lang": bool(pc.locale.lang or pc.locale.also),
        "locale.keyboard": bool(pc.locale.keyboard),
        "sysctl": bool(pc.sysctl),
        "sudoers": bool(pc.sudoers),
        "browser": bool(pc.browser.model_fields_set or pc.proxy.http or pc.proxy.pac or pc.mode != "normal"),
        "printing.server": bool(pc.printing.server),
        "proxy": bool(pc.proxy.http),
        "firewall": bool(pc.firewall.enabled or (pc.mode == "exam" and pc.exam.addresses)),
        "updates": pc.updates.automatic is not None,
        "updates.time": bool(pc.updates.time),
        "shutdown": pc.shutdown.time is not None,
        "display_manager": pc.display_manager.name != "none",
        "kiosk": pc.mode == "kiosk",
        "exam": pc.mode == "exam",
    }
    return uses[setting]


def text_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Lines that would not be found again, or are none."""
    del dialect
    for path, entries in settings.pc.lines.items():
        for name, said in entries.items():
            where = ("pc", "lines", path, name)
            if said and not said.line and (said.state == "present" or not said.match):
                yield Fault(where, sentence("there is no `line`"), sentence("say what shall stand there"))
            elif said and said.match and said.state == "present" and not re.search(said.match, said.line):
                hint = sentence("the next run would not find the line again, and add another one")
                yield Fault((*where, "match"), sentence("`match` does not match `line`"), hint)
