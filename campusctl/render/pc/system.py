"""Time, language and the kernel's settings."""

from campusctl.model import pc_paths
from campusctl.model.inventory import Settings
from campusctl.render.pc.document import Fragment, Text, file, joined


def timezone(settings: Settings, text: Text) -> Fragment:
    """The zone, where both of Debian's places say it."""
    link = {"links": {pc_paths.LOCALTIME: f"/usr/share/zoneinfo/{settings.timezone}"}}
    return joined(link, file(pc_paths.TIMEZONE, text("timezone.j2", zone=settings.timezone)))


def time_servers(settings: Settings, text: Text) -> Fragment:
    """`ntp.servers` for systemd-timesyncd."""
    servers = settings.ntp.servers
    content = text("timesyncd.conf.j2", servers=servers) if servers else None
    return file(pc_paths.TIMESYNC, content, run="restart:systemd-timesyncd")


def locale(settings: Settings, text: Text) -> Fragment:
    """Language and keyboard."""
    said = settings.pc.locale
    made = sorted({name for name in (said.lang, *said.also) if name and name != "C.UTF-8"})
    lang = text("locale.j2", lang=said.lang) if said.lang else None
    layout = text("keyboard.j2", layout=said.keyboard, variant=said.variant) if said.keyboard else None
    return joined(
        file(pc_paths.LOCALE_GEN, text("locale.gen.j2", locales=made) if made else None, run="locale"),
        file(pc_paths.LOCALE, lang, run="locale"),
        file(pc_paths.KEYBOARD, layout),
    )


def sysctl(settings: Settings, text: Text) -> Fragment:
    """Kernel settings in one file."""
    said = {key: value for key, value in sorted(settings.pc.sysctl.items()) if value is not None}
    return file(pc_paths.SYSCTL, text("sysctl.conf.j2", entries=said) if said else None, run="sysctl")


def wake_on_lan(settings: Settings, _: Text) -> Fragment:
    """Wake-on-LAN of every interface."""
    said = settings.pc.wake_on_lan
    return {} if said is None else {"wol": {"interface": "*", "enabled": said}}
