"""The site profile: what a school types once, in camcensus.toml."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, StringConstraints

from config.errors import UsageError
from config.notices import Notice, each_named_once
from config.plain import system_words
from config.settings import Section
from config.watching import Pause

FILE = "camcensus.toml"
ABOVE = ("school", "town", "address", "district")  # unit-level fields that stand at the top, not under [unit]

Span = tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ipaddress.IPv4Address | ipaddress.IPv6Address]

_NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f\ufffe\uffff]*\Z"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_NO_CONTROL)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL)
]


def _addresses(said: str) -> str:
    addresses_in(said)
    return said


Addresses = Annotated[Name, AfterValidator(_addresses)]


def addresses_in(said: str) -> tuple[Span, str]:
    """Return the first and last address of a CIDR, a range or an address, and the port if one is named.

    Raise ValueError, with the mend, for anything else.
    """
    first, dash, last = (part.strip() for part in said.partition("-"))
    port = ""
    try:
        if dash:
            span = ipaddress.ip_address(first), ipaddress.ip_address(last)
        elif "/" in said:
            network = ipaddress.ip_network(said, strict=False)
            span = network[0], network[-1]
        else:
            if said.count(":") == 1:
                first, _, port = said.partition(":")
            span = ipaddress.ip_address(first), ipaddress.ip_address(first)
    except ValueError as error:
        raise ValueError(
            "应为地址、网段或地址范围，例如 192.168.1.10、192.168.1.0/24 或 192.168.1.10-192.168.1.60"
        ) from error
    if (
        span[0].version != span[1].version
        or int(span[0]) > int(span[1])
        or not (port == "" or port.isdecimal())
    ):
        raise ValueError("地址范围的前一个应不大于后一个，端口应为数字")
    return span, port


class FormOptions(Section):
    """How forms are written where a document leaves the choice."""

    one_row_per_camera: bool = False
    scope: Literal["in-scope", "all"] = "in-scope"
    note_offline: bool = False  # write 离线n台 into the remarks
    rebuild_counts_as_built: bool = False  # a camera that is to be rebuilt stands there already
    propose_points: bool = False  # name places without a camera on the form of wanted points
    ticked: Literal["☑", "■"] = "☑"  # not every typeface has the first


class SystemProfile(Section):
    """A recorder, platform or network that stands alone, and any system-level field under its own id.

    What stands at an address in `devices` or `networks` belongs to it; a system that names neither takes all
    that no other one claims. The fields are checked by load_site: see `typed`.
    """

    model_config = ConfigDict(extra="allow")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}\Z")] | None = None
    devices: tuple[Addresses, ...] = ()
    networks: tuple[Addresses, ...] = ()

    @property
    def typed(self) -> Mapping[str, Any]:
        """What was typed about it, by field id."""
        return self.model_extra or {}


class Site(Section):
    """What is not typed is empty, and its cells stay blank: nothing is invented."""

    school: Line = ""
    town: Line = ""
    address: Line = ""
    district: Line = ""
    unit: Mapping[str, Any] = {}  # any other unit-level field under its own id, checked by load_site
    systems: tuple[SystemProfile, ...] = ()
    campaign: Line = "ruian-2018"  # whose forms are meant where none is named
    due: Mapping[str, Any] = {}  # by campaign: the day that the superior has set since, checked by load_site
    oui_file: Line = ""  # the IEEE's list of MAC prefixes, to be used in place of the shipped part of it
    networks: tuple[Name, ...] = ()  # what `scan` asks when no target is named; empty: every local network
    credentials: tuple[Name, ...] = ()  # the stored credentials that may be tried here; empty: all of them
    form: FormOptions = FormOptions()
    notices: Annotated[tuple[Notice, ...], AfterValidator(each_named_once)] = ()
    pauses: tuple[Pause, ...] = ()  # days on which devices may be off: nothing opens a case then
    settings: Mapping[str, Mapping[str, Any]] = {}  # changes to default.toml, checked by load_site

    @property
    def profile(self) -> Mapping[str, Any]:
        """What was typed about the unit, by field id; what is empty says nothing."""
        above = {name: getattr(self, name) for name in ABOVE}
        return {name: value for name, value in {**above, **self.unit}.items() if value not in ("", None)}


def template() -> str:
    """Return the explained text of a new camcensus.toml."""
    return files("config").joinpath(FILE).read_text(encoding="utf-8")


def write_template(path: Path) -> None:
    """Write a new camcensus.toml. Raise UsageError if there is one already, or if it cannot be written."""
    # Notepad before Windows 10 1903 takes UTF-8 without a byte order mark for GBK and may save it as such.
    encoding = "utf-8-sig" if os.name == "nt" else "utf-8"
    try:
        with path.open("x", encoding=encoding) as opened:
            opened.write(template())
    except FileExistsError as error:
        raise UsageError(f"{path}：已经有这个文件，没有改动。要重新生成，请先把它改名或删去") from error
    except OSError as error:
        raise UsageError(
            f"{path}：写不进去（{system_words(error)}），请检查文件夹是否存在、是否可写"
        ) from error
