"""What is said of a device in a room: one sentence for what is wrong, one for what to do first. A table."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from campusctl.model.printable import printable
from campusctl.model.room import Actor, Cause, Found, Status, Step
from campusctl.words.language import N_, Translator
from campusctl.words.sources import source_name


class Sentences(NamedTuple):
    """About one cause."""

    what: str
    """What is wrong."""
    first: str
    """What to do first; empty: nothing."""


STEPS: Final[Mapping[Step, str]] = {
    Step.POWER: N_("Power"),
    Step.LINK: N_("Cable"),
    Step.VLAN: N_("VLAN"),
    Step.ADDRESS: N_("Address"),
    Step.SERVICE: N_("Service"),
    Step.SOURCE: N_("Source"),
}
"""What the steps are called."""

STATUSES: Final[Mapping[Status, str]] = {
    Status.OK: N_("ok"),
    Status.DRIFT: N_("drift"),
    Status.OFF: N_("off"),
    Status.FAULT: N_("fault"),
    Status.UNKNOWN: N_("not known"),
}
"""What is said of a device or a step."""

ACTORS: Final[Mapping[Actor, str]] = {
    Actor.TEACHER: N_("teacher"),
    Actor.MANAGER: N_("campus manager"),
    Actor.HELPDESK: N_("helpdesk"),
    Actor.CITY: N_("city IT"),
}
"""Who acts."""

_BRING: Final = N_("Bring the switch to standard: campusctl apply {school} --device {switch}")
_SWAP: Final = N_("Plug the right device in; if this one takes its place: campusctl swap {device}")

SENTENCES: Final[Mapping[Cause, Sentences]] = {
    Cause.SWITCH_DEAD: Sentences(
        N_("The switch {switch} does not answer: whatever is plugged in there has no network."),
        N_("See whether {switch} has power and whether other rooms are without network; then call the helpdesk."),
    ),
    Cause.POE_OFF: Sentences(
        N_("Port {port} of {switch} gives no power: it is switched off there (PoE)."),
        _BRING,
    ),
    Cause.POE_DENIED: Sentences(
        N_("{switch} has no power left for port {port} (PoE)."),
        N_("Unplug a device that has a power supply of its own from {switch}, or take another power supply."),
    ),
    Cause.POE_FAULT: Sentences(
        N_("{switch} reports an electrical fault at port {port} (PoE)."),
        N_("Try another network cable; if it stays so, try another port."),
    ),
    Cause.PORT_SHUT: Sentences(
        N_("Port {port} of {switch} is shut."),
        _BRING,
    ),
    Cause.PORT_SHUT_WANTED: Sentences(
        N_("Port {port} of {switch} is shut, as the inventory says."),
        N_("Decide whether the device may have network, and let the inventory open the port."),
    ),
    Cause.PORT_LOOP: Sentences(
        N_("{switch} has closed port {port} by itself: a cable runs in a circle, or another switch hangs there."),
        N_("Unplug what does not belong there; then let the helpdesk open the port again."),
    ),
    Cause.PORT_INTRUDER: Sentences(
        N_("{switch} has closed port {port} by itself: a device that is not allowed was plugged in there."),
        N_("Plug the right device in; then let the helpdesk open the port again."),
    ),
    Cause.PORT_CLOSED: Sentences(
        N_("{switch} has closed port {port} by itself because of an error ({reason})."),
        N_("Find the error and open the port again."),
    ),
    Cause.SLOW_LINK: Sentences(
        N_("The network is slow here: port {port} of {switch} runs at {speed} Mbit/s, or in one direction at a time."),
        N_("Try another network cable."),
    ),
    Cause.NO_LINK: Sentences(
        N_("Check the cable: there is no signal at port {port} of {switch}."),
        N_("Push the network cable in at the device and at the wall socket, and see whether the device has power."),
    ),
    Cause.SWITCHED_OFF: Sentences(
        N_("Switched off, or unplugged: there is no signal at port {port} of {switch}."),
        N_("Switch it on; if it is on, push the network cable in at the device and at the wall socket."),
    ),
    Cause.OTHER_PORT: Sentences(
        N_("Plugged into the wrong socket: port {seen_port} of {seen_switch} instead of port {port} of {switch}."),
        N_("Plug it back, or let it stay: campusctl move {device} --port {seen_switch}:{seen_port}"),
    ),
    Cause.ELSEWHERE: Sentences(
        N_("It answers, but not through port {port} of {switch}: it is plugged in somewhere else."),
        N_("Find its port and enter it in the inventory: campusctl discover {school}"),
    ),
    Cause.OTHER_DEVICE: Sentences(
        N_("Another device is plugged into port {port} of {switch}: {other}."),
        _SWAP,
    ),
    Cause.PORT_UNKNOWN: Sentences(
        N_("The inventory does not say where it is plugged in, so the cable cannot be checked."),
        N_("Enter its port in the inventory."),
    ),
    Cause.PORT_UNKNOWN_SEEN: Sentences(
        N_("The inventory does not say where it is plugged in; it was seen at port {seen_port} of {seen_switch}."),
        N_("Enter this port in the inventory."),
    ),
    Cause.WRONG_VLAN: Sentences(
        N_("Port {port} of {switch} is in VLAN {vlan} instead of VLAN {wanted_vlan}."),
        _BRING,
    ),
    Cause.NO_VLAN: Sentences(
        N_("Port {port} of {switch} leads into no VLAN; it should be VLAN {wanted_vlan}."),
        _BRING,
    ),
    Cause.MISSING_VLAN: Sentences(
        N_("Port {port} of {switch} does not carry VLAN {vlan}, which the device needs."),
        _BRING,
    ),
    Cause.ADDRESS_TAKEN: Sentences(
        N_("Another device uses its address {address}: {other}."),
        N_("Find the other device and give it an address of its own."),
    ),
    Cause.OTHER_ADDRESS: Sentences(
        N_("It has the address {seen_address} instead of {address}."),
        N_("Set its network settings to DHCP and switch it off and on again; else see the server's reservation."),
    ),
    Cause.NO_ADDRESS: Sentences(
        N_("The switch sees it, but nothing answers at {address}: it has no address, or a wrong one."),
        N_("Switch it off and on again; if that does not help, set its network settings to DHCP."),
    ),
    Cause.QUIET: Sentences(
        N_("There is a signal at port {port} of {switch}, but the device says nothing."),
        N_("Switch it off at the mains and on again after ten seconds."),
    ),
    Cause.SILENT: Sentences(
        N_("It does not answer at {address}; what the switch sees of it is not known."),
        N_("See whether it is on and whether its network cable is plugged in."),
    ),
    Cause.SILENT_OFF: Sentences(
        N_("Switched off: it does not answer at {address}."),
        N_("Switch it on; if it is on, check its network cable."),
    ),
    Cause.PC_OFF: Sentences(
        N_("The PC is switched off or asleep: it does not answer at {address}."),
        N_("Switch it on, or from the desk: campusctl wake {device}"),
    ),
    Cause.STANDBY: Sentences(
        N_("It is in standby."),
        N_("Switch it on with the remote control or at the device."),
    ),
    Cause.WARMING_UP: Sentences(
        N_("It is warming up."),
        N_("Wait two minutes; if it stays so, switch it off and on again."),
    ),
    Cause.COOLING_DOWN: Sentences(
        N_("It was switched off and is cooling down."),
        N_("Wait two minutes before switching it on again."),
    ),
    Cause.WRONG_LOGIN: Sentences(
        N_("It does not take our password or PIN."),
        N_("Compare the PIN in the menu of the device with the vault: campusctl secrets list {school}"),
    ),
    Cause.NO_SECRET: Sentences(
        N_("Its password or PIN is not in the vault, so it cannot be asked."),
        N_("Set it: campusctl secrets list {school} shows which one is missing."),
    ),
    Cause.WRONG_KEY: Sentences(
        N_("It shows another key than before; it may be another device."),
        N_("If it was set up anew, trust it again: campusctl trust {school}"),
    ),
    Cause.OTHER_PROTOCOL: Sentences(
        N_("What answers at {address} does not talk like such a device."),
        N_("Switch it off and on again; if it stays so, see which device stands there and what its profile says."),
    ),
    Cause.NOT_LISTENING: Sentences(
        N_("It is on, but takes no commands over the network."),
        N_("Try it again in a moment; if it stays so, switch on network control in the menu of the device."),
    ),
    Cause.PC_CLOSED: Sentences(
        N_("The PC is on, but cannot be managed over the network (SSH or WinRM)."),
        N_("Restart it; if it stays so, set its remote access up again."),
    ),
    Cause.PC_HANGS: Sentences(
        N_("The PC is on, but does not answer."),
        N_("Restart it."),
    ),
    Cause.CLOUD_LOGIN: Sentences(
        N_("Google does not let us manage the board: our account there may not, or its key is not valid."),
        N_("Check the service account in Google's console."),
    ),
    Cause.CLOUD_DOWN: Sentences(
        N_("Google, where the board is managed, does not answer right now; the board itself may be well."),
        N_("Try it again in a few minutes."),
    ),
    Cause.CLOUD_UNKNOWN: Sentences(
        N_("Google does not know the board: it is not enrolled, or under another id."),
        N_("Enroll it, and enter its id in the inventory."),
    ),
    Cause.NOT_REPORTED: Sentences(
        N_("It has not reported for some time: it is off, or has no way to the internet."),
        N_("Switch it on and see whether it is online."),
    ),
    Cause.HANGS: Sentences(
        N_("It is there, but does not answer any more."),
        N_("Switch it off at the mains and on again after ten seconds."),
    ),
    Cause.NOT_IN_TIME: Sentences(
        N_("It took too long to answer, so it was not checked to the end."),
        N_("Try it again in a moment."),
    ),
    Cause.NOT_READ: Sentences(
        N_("It answers, but could not be read."),
        N_("Call the helpdesk; campusctl drift {school} --device {device} says more."),
    ),
    Cause.STRANGER: Sentences(
        N_("Another device answers: its serial number is {serial}, the inventory says {wanted_serial}."),
        _SWAP,
    ),
    Cause.PAPER_OUT: Sentences(
        N_("The printer is out of paper."),
        N_("Put paper into the tray."),
    ),
    Cause.PAPER_LOW: Sentences(
        N_("The paper will soon run out."),
        N_("Put paper into the tray."),
    ),
    Cause.PAPER_JAM: Sentences(
        N_("Paper is jammed in the printer."),
        N_("Open the printer as its display shows, and pull the paper out."),
    ),
    Cause.TONER_OUT: Sentences(
        N_("Toner or ink has run out."),
        N_("Put in a new cartridge."),
    ),
    Cause.TONER_LOW: Sentences(
        N_("Toner or ink will soon run out."),
        N_("Order a new cartridge."),
    ),
    Cause.COVER_OPEN: Sentences(
        N_("A cover is open."),
        N_("Close every cover until it clicks."),
    ),
    Cause.TRAY_MISSING: Sentences(
        N_("The paper tray is missing."),
        N_("Push the tray in as far as it goes."),
    ),
    Cause.OUTPUT_FULL: Sentences(
        N_("The output tray is full."),
        N_("Take the printed paper out."),
    ),
    Cause.WASTE_FULL: Sentences(
        N_("The waste toner box is full."),
        N_("Put in a new waste toner box."),
    ),
    Cause.PAUSED: Sentences(
        N_("Somebody has paused the printer."),
        N_("Press “Resume” at the printer."),
    ),
    Cause.STOPPED: Sentences(
        N_("The printer has stopped and does not say why."),
        N_("Read its display; if it shows nothing, switch it off and on again."),
    ),
    Cause.QUEUE_MISSING: Sentences(
        N_("The print server {server} has no queue {queue}, through which people print here."),
        N_("Bring the print server to standard: campusctl apply {school} --device {server}"),
    ),
    Cause.QUEUE_STOPPED: Sentences(
        N_("The queue {queue} of the print server {server} is stopped, so nothing is printed."),
        N_("Let it go on: campusctl apply {school} --device {server}"),
    ),
    Cause.QUEUE_SERVER: Sentences(
        N_("The print server {server} does not answer, so nobody can print through it."),
        N_("See whether {server} runs and has network."),
    ),
    Cause.LAMP: Sentences(
        N_("The lamp is broken or at its end."),
        N_("Let the lamp be replaced."),
    ),
    Cause.LAMP_SOON: Sentences(
        N_("The lamp is nearly at its end."),
        N_("Order a new lamp."),
    ),
    Cause.OVERHEATED: Sentences(
        N_("It is too hot, or its fan does not turn."),
        N_("Switch it off, let it cool down, and see whether its air vents are free."),
    ),
    Cause.HEATING: Sentences(
        N_("It is getting too warm."),
        N_("See whether its air vents are free."),
    ),
    Cause.FILTER_SOON: Sentences(
        N_("Its air filter should be cleaned soon."),
        N_("Let the filter be cleaned."),
    ),
    Cause.DEVICE_WARNING: Sentences(
        N_("It gives a warning."),
        N_("Look at its display or its menu."),
    ),
    Cause.FILTER: Sentences(
        N_("Its air filter is clogged."),
        N_("Let the filter be cleaned or replaced."),
    ),
    Cause.DEVICE_ERROR: Sentences(
        N_("It reports an error."),
        N_("Read its display, then call the helpdesk."),
    ),
    Cause.NO_PICTURE: Sentences(
        N_("Its picture is switched off (mute)."),
        N_("Press “Mute” or “Blank” on the remote control."),
    ),
    Cause.FROZEN: Sentences(
        N_("Its picture stands still (freeze)."),
        N_("Press “Freeze” on the remote control."),
    ),
    Cause.NO_SIGNAL: Sentences(
        N_("No picture arrives from its source."),
        N_("Switch the computer on, and push the picture cable (HDMI, USB-C) in at both ends."),
    ),
    Cause.WRONG_SOURCE: Sentences(
        N_("It shows {source} instead of {wanted_source}."),
        N_("Choose {wanted_source} with the remote control or at the device."),
    ),
    Cause.UNSIGNED: Sentences(
        N_("Nobody has signed that it is set up as the inventory says."),
        N_("Go through its checklist and sign it: campusctl sign {device}"),
    ),
    Cause.SETTINGS: Sentences(
        N_("Settings that differ from the inventory: {count}."),
        N_("Bring it to standard: campusctl apply {school} --device {device}"),
    ),
}
"""By cause. Every value it names is one of `Found.values`."""


def what_is_wrong(found: Found, tr: Translator) -> str:
    """One sentence on a cause."""
    return tr(SENTENCES[found.cause].what, **_shown(found, tr))


def what_to_do(found: Found, tr: Translator) -> str:
    """One sentence on what to do first."""
    return tr(SENTENCES[found.cause].first, **_shown(found, tr))


_PLACES: Final = (
    "address", "count", "device", "other", "port", "queue", "reason", "school", "seen_address", "seen_port",
    "seen_switch", "serial", "server", "source", "speed", "switch", "vlan", "wanted_serial", "wanted_source",
    "wanted_vlan",
)  # fmt: skip
"""Everything that a sentence may name."""


def _shown(found: Found, tr: Translator) -> dict[str, str]:
    """What the sentences name; a dash where nobody knows."""
    values = dict.fromkeys(_PLACES, "-") | {name: printable(value) for name, value in found.values.items()}
    return values | {name: source_name(values[name], tr) for name in ("source", "wanted_source")}
