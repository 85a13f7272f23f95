"""Who may sit down and what they see: display manager, kiosk, exam."""

from collections.abc import Mapping
from typing import Final

from campusctl.model import pc_paths
from campusctl.model.inventory import Settings
from campusctl.model.pc import PcSettings
from campusctl.model.pc_parts import DisplayManager
from campusctl.render.pc.document import Fragment, Text, file, joined

_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "lightdm": (pc_paths.LIGHTDM, "lightdm.conf.j2"),
    "gdm": (pc_paths.GDM, "gdm.conf.j2"),
    "sddm": (pc_paths.SDDM, "sddm.conf.j2"),
}
"""File and template of each display manager."""


def display_manager(settings: Settings, text: Text) -> Fragment:
    """The file of the one that is named. It holds from the next log-in screen on: nobody is thrown out."""
    said = _for_mode(settings.pc)
    made = {path: text(with_, manager=said) if name == said.name else None for name, (path, with_) in _FILES.items()}
    return joined(*(file(path, content) for path, content in made.items()))


def _for_mode(pc: PcSettings) -> DisplayManager:
    """A kiosk logs itself in; an exam has no guests."""
    if pc.mode == "kiosk":
        changed = {"autologin": pc.kiosk.user, "session": "campusctl-kiosk", "guest_session": False}
        return pc.display_manager.model_copy(update=changed)
    if pc.mode == "exam":
        return pc.display_manager.model_copy(update={"guest_session": False, "autologin": None})
    return pc.display_manager


def kiosk(settings: Settings, text: Text) -> Fragment:
    """The account, the session and the program of a kiosk; in another mode the last two go."""
    pc = settings.pc
    if pc.mode != "kiosk" or not pc.kiosk.url:
        return joined(file(pc_paths.KIOSK_PROGRAM, None), file(pc_paths.KIOSK_SESSION, None))
    return joined(
        {"users": {pc.kiosk.user: {"state": "present"}}},
        file(pc_paths.KIOSK_PROGRAM, text("kiosk.sh.j2", url=pc.kiosk.url), mode="0755"),
        file(pc_paths.KIOSK_SESSION, text("kiosk.desktop.j2", program=pc_paths.KIOSK_PROGRAM)),
    )


def exam(settings: Settings, text: Text) -> Fragment:
    """USB sticks, unless an exam allows them."""
    pc = settings.pc
    closed = pc.mode == "exam" and not pc.exam.usb_storage
    return file(pc_paths.EXAM_MODULES, text("exam-modules.j2") if closed else None)
