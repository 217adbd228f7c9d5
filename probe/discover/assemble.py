"""What was heard and what was open becomes targets: nothing here is sent. 探测结果归并"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from config.words import say
from probe.discover.interfaces import on_link
from probe.discover.targets import Asked
from probe.discover.ws_discovery import Heard
from probe.model import Gap, Sighting, SilentTarget, Target
from probe.wire.neighbours import Neighbour

_PORT = re.compile(r"https?://(?:\[[^\]]*\]|[^:/]*):(\d+)/")


def kept_sightings(
    heard: Heard, asked: Asked, is_known: Callable[[Sighting], bool] = lambda _: False
) -> tuple[tuple[Sighting, ...], tuple[str, ...]]:
    """Return the sightings that belong to this search, and notes on the others.

    A device on our wire with an address of another network is kept: it is new, or lost. So is one that
    `is_known` and was heard at one other place alone: it has moved. A neighbour that was not asked for is
    only noted, so that scanning one room never touches the next.
    """
    kept: list[Sighting] = []
    foreign: dict[str, None] = {}
    unasked: dict[str, None] = {}
    places: dict[str, set[str]] = {}
    for sighting in heard.sightings:
        places.setdefault(sighting.epr, set()).add(sighting.address)
    for sighting in heard.sightings:
        if is_asked(sighting, asked):
            kept.append(sighting)
        elif _is_only_pinned(sighting.address, asked):
            unasked[sighting.address] = None
        elif len(places[sighting.epr]) == 1 and is_known(sighting):
            kept.append(sighting)
        elif on_link(sighting.address, asked.local) is None and not asked.is_by_name_only:
            foreign[sighting.address] = None
            kept.append(sighting)
        elif asked.everything:
            kept.append(sighting)
        else:
            unasked[sighting.address] = None
    notes = [say("discover.flooded", address=address) for address in heard.flooding]
    if foreign:
        notes.append(say("discover.foreign", count=len(foreign), addresses=_some(foreign)))
    if unasked and not asked.alone:
        notes.append(say("discover.not_asked", count=len(unasked), addresses=_some(unasked)))
    if heard.others and not asked.alone:
        notes.append(say("discover.no_cameras", count=len(heard.others), addresses=_some(heard.others)))
    return tuple(kept), tuple(notes)


def is_asked(sighting: Sighting, asked: Asked) -> bool:
    """Tell whether a target names the place that a sighting speaks of."""
    return asked.covers(sighting.address) or _pin(sighting, asked) is not None


def lone_macs(
    table: Iterable[Neighbour], answered: Iterable[str]
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return address → MAC of who answered, and notes; a MAC that several addresses share names none."""
    lines = {line.address: line.mac for line in table if line.mac}
    holders: dict[str, list[str]] = {}
    for address in sorted(answered, key=_by_number):
        if address in lines:
            holders.setdefault(lines[address], []).append(address)
    notes = [
        say("discover.shared_mac", mac=mac, count=len(several), addresses=_some(several))
        for mac, several in holders.items()
        if len(several) > 1
    ]
    return {several[0]: mac for mac, several in holders.items() if len(several) == 1}, tuple(notes)


def targets_of(
    asked: Asked,
    sightings: Sequence[Sighting],
    open_ports: Mapping[str, Iterable[int]],
    macs: Mapping[str, str],
) -> tuple[Target, ...]:
    """Return one target per address that answered, and one per pinned port that is open."""
    said: dict[tuple[str, int | None], list[Sighting]] = {}
    for sighting in sightings:
        said.setdefault((sighting.address, _pin(sighting, asked)), []).append(sighting)

    found: list[Target] = []
    loose = {address for address, pin in said if pin is None}
    for address in sorted({*open_ports, *loose}, key=_by_number):
        if _is_only_pinned(address, asked):
            continue
        # A port that was named with its address is a target of its own.
        ports = tuple(sorted(p for p in open_ports.get(address, ()) if (address, p) not in asked.pinned))
        seen = [*said.get((address, None), ()), *((Sighting(address, "tcp"),) if ports else ())]
        if seen and address in asked.named:
            seen.append(Sighting(address, "named"))
        if seen:
            found.append(Target(address, ports, tuple(seen), macs.get(address, "")))
    for address, port in asked.pinned:
        if port in open_ports.get(address, ()):
            seen = [*said.get((address, port), ()), Sighting(address, "named")]
            found.append(Target(address, (port,), tuple(seen), macs.get(address, ""), pinned=port))
    return tuple(found)


def silent_of(asked: Asked, targets: Sequence[Target]) -> tuple[SilentTarget, ...]:
    """Return what was asked by name and did not answer."""
    answered = {target.name for target in targets}
    addresses = {target.address for target in targets}
    pinned = [Target(address, pinned=port).name for address, port in asked.pinned]
    names = [*(address for address in asked.named if address not in addresses), *pinned]
    return tuple(SilentTarget(name, Gap.UNREACHABLE.value) for name in names if name not in answered)


def _pin(sighting: Sighting, asked: Asked) -> int | None:
    """Return the pinned port that this sighting speaks of."""
    for xaddr in sighting.xaddrs:
        found = _PORT.match(xaddr)
        port = int(found[1]) if found else 443 if xaddr.startswith("https:") else 80
        if (sighting.address, port) in asked.pinned:
            return port
    return None


def _is_only_pinned(address: str, asked: Asked) -> bool:
    """Tell whether an address is asked by `address:port` alone: what else is open there is not asked."""
    return any(address == pinned for pinned, _ in asked.pinned) and not asked.covers(address)


def _some(addresses: Collection[str]) -> str:
    """Return the first addresses: a hundred of them help nobody."""
    return say("reading.comma").join(list(addresses)[:5]) + ("…" if len(addresses) > 5 else "")


def _by_number(address: str) -> tuple[int, int]:
    parsed = ipaddress.ip_address(address)
    return parsed.version, int(parsed)
