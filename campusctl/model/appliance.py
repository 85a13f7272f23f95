"""Printers, projectors, boards and print servers: what is wanted of one, as a document in JSON."""

import json
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.login import Login
from campusctl.model.names import Line
from campusctl.model.setting import Path

Shown: TypeAlias = bool | int | str | tuple[str, ...] | None
"""A value of a setting; None: it shall not be there."""

TcpPort: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=65535)]


class ApplianceSettings(Frozen):
    """What every layer may say about any appliance."""

    login: Login = Field(default_factory=Login)
    """How campusctl logs in, as far as the device asks: secret references, never values."""
    port: TcpPort | None = None
    """TCP or UDP port; none: the protocol's own."""

    @property
    def access(self) -> Login:
        """How it is logged in to, with what a class says of that elsewhere."""
        return self.login


class Document(Frozen):
    """What is wanted of one appliance."""

    settings: tuple[tuple[Path, Shown], ...]
    """Vendor-neutral path and value, in the order in which they are set. Texts may hold `<<secret:REF>>`."""
    serial: str = ""
    """Serial number that the device must have; empty: nobody knows it."""
    options: Mapping[str, str | int | bool] = Field(default_factory=dict)
    """What its dialect must know besides, such as the path of a print service; secrets stand as `<<secret:REF>>`."""

    def text(self) -> str:
        """As `Target.intended` has it: the same document is always the same text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)


class Beside(Frozen):
    """Another device of the school that an appliance has to do with."""

    address: str
    """IPv4 address."""
    location: Line
    """`school/building/floor/room`."""
    print_uri: str
    """Of a printer: where its print service is."""


class Place(Frozen):
    """What every appliance is told of where it stands."""

    name: str
    """Device name."""
    school: str
    """School id."""
    school_name: str
    """The school, for people."""
    city: str
    """The city, for people."""
    location: Line
    """`school/building/floor/room`."""
    room_title: str = ""
    """The room, for people."""
    address: str
    """IPv4 address."""
    serial: str = ""
    """Serial number."""
    asset: str = ""
    """Asset tag."""
    beside: Mapping[str, Beside] = Field(default_factory=dict)
    """Devices of the school that its settings name and that have an address, by name."""
