"""Mistakes in what is said about PCs, and exactly what is said about them, with file and line."""
# ruff: noqa: E501 - a row of a table is one line

from pathlib import Path

import pytest

from campusctl.inventory.load import check

PROFILE = "inventory/profiles/pc-debian.yml"
SCHOOL = "inventory/schools/schule-042/school.yml"
ROOMS = "inventory/schools/schule-042/devices-rooms.yml"
CITY = "inventory/city.yml"

# file, old text, new text, what stands in the line that is named, message, hint
MISTAKES = [
    (PROFILE, "      tree: present", "      Tree: present", "Tree: present", "pc.packages.Tree: `Tree` is no Debian package's name", "small letters, digits and +-. only, as `apt list` shows it"),
    (PROFILE, "      tree: present", "      sudo: absent", "sudo: absent", "pc.packages.sudo: sudo must stay", "it is how campusctl gets in"),
    (PROFILE, "        groups: [lpadmin]", "        groups: [lpadmn]", "groups: [lpadmn]", "pc.users.lehrer.groups: unknown group lpadmn", "did you mean lpadmin, adm?"),
    (PROFILE, "        uid: 2002", "        uid: 2001", "uid: 2001\n        group: schueler", "pc.users.schueler.uid: uid 2001 is that of lehrer too", "choose another one"),
    (PROFILE, "      schueler:\n        uid", "      anna:\n        uid", "      anna:", "pc.users.anna: `anna` looks like a person's name", "accounts are roles, such as lehrer"),
    (PROFILE, "        title: Schulkonto", "        title: Frau Aydogan", "      schueler:\n", "pc.users.schueler: `Frau Aydogan` looks like a person's name", "accounts are roles, such as lehrer"),
    (PROFILE, "      lehrer: [/usr/bin", "      lehrre: [/usr/bin", "lehrre: [", "pc.sudoers.lehrre: unknown account lehrre", "did you mean lehrer?"),
    (PROFILE, "/etc/motd: {template: linux/motd.j2}", '/etc/motd: {mode: "0600"}', "/etc/motd:", "pc.files./etc/motd: the file has neither `template` nor `content`", "say one of `template` and `content`"),
    (PROFILE, "/etc/motd: {template: linux/motd.j2}", "/etc/motd: {template: linux/motd.j2, owner: wwwdata}", "/etc/motd:", "pc.files./etc/motd.owner: unknown account wwwdata", "add it to `users`"),
    (PROFILE, "/etc/motd: {template: linux/motd.j2}", "/etc/sudoers.d/x: {content: x, check: [visudo, -cf]}", "/etc/sudoers.d/x:", "pc.files./etc/sudoers.d/x.check: the command never sees the file", "`%s` stands for its path"),
    (PROFILE, "/etc/motd: {template", "/etc/nftables.conf: {template", "/etc/nftables.conf:", "pc.files./etc/nftables.conf: is made from `firewall`", "say it there, or take that setting back"),
    (PROFILE, "      /opt/legacy-agent: true", "      /srv/tausch: true", "      /srv/tausch: true", "pc.absent./srv/tausch: stands under `links` too", "a path is one thing"),
    (PROFILE, "line: ClientAliveInterval 60", "line: ClientAlive 60", "keepalive:", "pc.lines./etc/ssh/sshd_config.keepalive.match: `match` does not match `line`", "the next run would not find the line again, and add another one"),
    (PROFILE, "command: [/usr/bin/find,", "command: [find,", "command: [find", "pc.cron.tidy up the exchange folder.command: `find` is not a program's whole path", "such as /usr/bin/rsync"),
    (PROFILE, "      cron: {enabled: true, running: true}", "      ssh: {running: false}", "ssh: {running", "pc.services.ssh: ssh must run", "it is how campusctl gets in"),
    (PROFILE, "      cron: {enabled: true, running: true}", "      cron: {masked: true, running: true}", "cron: {masked", "pc.services.cron: a masked unit neither starts nor runs", "say `masked` alone"),
    (PROFILE, "updates: {automatic: true, time", "updates: {automatic: false, time", "updates: {", "pc.updates.time: there are no automatic updates", "say `automatic: true`"),
    (PROFILE, "firewall: {enabled: true}", "firewall: {enabled: true, allow: {web: {}}}", "firewall: {", "pc.firewall.allow.web: there are no `ports`", "such as [631]"),
    (PROFILE, "    wake_on_lan: true", "    display_manager: {name: gdm, guest_session: true}", "display_manager", "pc.display_manager.guest_session: only lightdm has a guest session", "say `name: lightdm`"),
    (PROFILE, "    wake_on_lan: true", "    display_manager: {name: gdm, autologin: gast}", "display_manager", "pc.display_manager.autologin: unknown account gast", "add it to `users`"),
    (PROFILE, "    wake_on_lan: true", "    mode: kiosk", "    mode: kiosk", "pc.mode: kiosk mode without `kiosk.url`", "say what it shows"),
    (PROFILE, "    wake_on_lan: true", "    timers: {sync: {on_calendar: daily}}", "timers:", "pc.timers.sync: there is no `command`", "a list: the program's whole path, then its arguments"),
    (PROFILE, "dialect: linux", "dialect: cisco_ios", "dialect:", "wrong dialect cisco_ios", "of a PC it is linux or windows"),
    (SCHOOL, "              default: r201", "              default: r202", "default: r202", "pc.printing.default: unknown queue r202", "did you mean r201?"),
    (SCHOOL, "r201: {device: s042-r201-pr01", "r201: {device: s042-r201-pr09", "s042-r201-pr09", "pc.printing.queues.r201.device: unknown device s042-r201-pr09", "did you mean s042-r201-pr01, s042-r201-pc06, s042-r201-pc05?"),
    (SCHOOL, "r201: {device: s042-r201-pr01, model", "r201: {model", "r201: {model", "pc.printing.queues.r201: leads nowhere", "say `device`, a printer of the inventory, or `uri`"),
    (SCHOOL, "wake: {method: helper, helper: 10.42.101.1}", "wake: {method: helper}", "wake: {", "pc.wake.method: there is no `helper`", "say `wake: {method: helper, helper: …}`"),
    (SCHOOL, 'proxy: {http: "10.42.10.20:3128"', 'proxy: {https: "10.42.10.20:3128"', "proxy: {", "pc.proxy.https: there is no `http`", "one proxy for both is `http` alone"),
    (ROOMS, "address: 10.42.20.11, ", "", "s042-r110-pc01: {", "s042-r110-pc01: a PC of profile pc-debian needs `address`", "it is reached by its address; without `profile` it is left alone"),
    (ROOMS, "address: 10.42.20.31", "address: 10.42.101.31", "address: 10.42.101.31", "s042-r110-nb01: address 10.42.101.31 is of vlan 101, the network of room R201", "one of the two is wrong"),
    (CITY, "login: {user: campus, key_file: ~/.ssh/campusctl}", "login: {key_file: ~/.ssh/campusctl}", "login: {key_file", "pc.login: nobody logs in: `pc.login.user` is empty", "say it under `settings: pc: login:` in inventory/city.yml"),
    (PROFILE, "      tree: present", "      -tree: present", "-tree: present", "settings.pc.packages.-tree: `-tree` is not a package's name, such as gimp, libc6:amd64 or Mozilla.Firefox.de", ""),
    (PROFILE, "/etc/motd: {template", "/etc/../motd: {template", "/etc/../motd", "settings.pc.files./etc/../motd: `/etc/../motd` is not a path from / on without `.`, `..`, `//` and `<`, such as /etc/motd", ""),
    (PROFILE, 'mode: "1777"', "mode: 1777", "mode: 1777", "settings.pc.directories./srv/austausch.mode: `1777` is not text", "put the number in quotes"),
    (PROFILE, "schedule: 0 6 * * 1-5", "schedule: 0 26 * * 1-5", "schedule: 0 26", "settings.pc.cron.tidy up the exchange folder.schedule: `0 26 * * 1-5`: `26` is no hour (0-23)", ""),
    (PROFILE, r"match: '^#?ClientAliveInterval\b'", "match: '^(ClientAliveInterval'", "match:", "settings.pc.lines./etc/ssh/sshd_config.keepalive.match: `^(ClientAliveInterval`: is no regular expression: missing ), unterminated subpattern at position 1", ""),
    (PROFILE, "template: linux/motd.j2", "template: ../secret.j2", "../secret.j2", "settings.pc.files./etc/motd.template: `../secret.j2` is not a template below templates/pc/, such as linux/motd.j2", ""),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=[row[4][:60] for row in MISTAKES])
def test_mistake_is_told_where_it_was_said(musterstadt: Path, row: tuple[str, ...]) -> None:
    """One mistake, one message, at the line of the layer that said it; other schools say nothing."""
    file, old, new, needle, message, hint = row
    path = musterstadt / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    line = text.count("\n", 0, text.index(needle)) + 1
    head = f"{file}:{line}: {message}"
    assert [str(problem) for problem in check(musterstadt)] == [f"{head}\nhint: {hint}" if hint else head]
