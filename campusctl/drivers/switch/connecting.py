"""From a login to a connection at the enable prompt: which library, which key, one more try, never two passwords."""

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from campusctl.drivers.switch import hostkeys
from campusctl.drivers.switch.dialogue import Vault
from campusctl.drivers.switch.faults import SessionError, translate
from campusctl.drivers.switch.rules import Rules
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin

if TYPE_CHECKING:
    from campusctl.drivers.switch.transport.connection import EventConnection
    from campusctl.drivers.switch.transport.link import Credentials, Endpoint, KeyCheck, Link

_RETRY_PAUSE_S: Final = 0.3
_NO_COMMON_GROUND: Final = "old firmware? then allow it old algorithms in the inventory: legacy_algorithms: true"


def connect(login: DeviceLogin, rules: Rules, vault: Vault, transport: str) -> "EventConnection":
    """A connection at the enable prompt.

    Raises:
        SessionError: Why there is none.
        CampusError: There is no such transport, or it cannot do what the login asks for.
    """
    # Netmiko and the SSH libraries take 200 ms to import; only who opens a session pays.
    from campusctl.drivers.switch.transport.connection import connection_class  # noqa: PLC0415 - see above
    from campusctl.drivers.switch.transport.keyfile import load as load_key  # noqa: PLC0415 - see above
    from campusctl.drivers.switch.transport.link import Credentials  # noqa: PLC0415 - see above

    passphrase = partial(vault.reveal, login.key_passphrase) if login.key_passphrase else None
    who = Credentials(
        user=login.user,
        password=partial(vault.reveal, login.password) if login.password else None,
        key=load_key(login.key_file, passphrase) if login.key_file else None,
    )
    enable = partial(vault.reveal, login.enable) if login.enable else None
    open_link = partial(_open_link, login, who, transport)
    return connection_class(rules.netmiko_type)(
        open_link,
        rules,
        who,
        enable,
        host=login.host,
        port=login.port,
        username=login.user,
        conn_timeout=login.timeout_s,
    )


def _open_link(login: DeviceLogin, who: "Credentials", transport: str) -> "Link":
    """A shell, at the second attempt if the first one quickly got none."""
    from campusctl.drivers.switch.transport.link import Endpoint, algorithms  # noqa: PLC0415 - see _connect

    known = hostkeys.load(login.known_hosts, login.known_hosts_before)
    types = known.types(login.host, login.port)
    offer = algorithms(legacy=login.legacy_algorithms, known=types)
    where = Endpoint(login.host, login.port, login.timeout_s, offer)
    check = partial(hostkeys.check, known, login.host, login.port)
    begun = time.monotonic()
    try:
        return _try_transports(where, check, who, transport)
    except SessionError as error:
        quick = time.monotonic() - begun <= login.timeout_s / 2
        if error.kind is not FaultKind.UNREACHABLE or error.hint == _NO_COMMON_GROUND or not quick:
            raise
    time.sleep(_RETRY_PAUSE_S)
    return _try_transports(where, check, who, transport)


def _try_transports(where: "Endpoint", check: "KeyCheck", who: "Credentials", transport: str) -> "Link":
    from campusctl.drivers.switch.transport import select  # noqa: PLC0415 - see _connect

    rsa_key = who.key is not None and who.key.kind == "rsa"
    for name in select.names(transport, rsa_key=rsa_key):
        try:
            return select.get(name).open_shell(where, check, who)
        except SessionError:
            raise
        except Exception as error:  # noqa: BLE001 - every class of three libraries; the table names them all
            fault = translate(error, f"{where.host}:{where.port}")
            if not select.may_differ(error):
                raise fault from None
            fault.hint = _NO_COMMON_GROUND
    raise fault
