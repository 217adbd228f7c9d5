"""What an ONVIF device says about a movable head: which profiles have one, where it stands, its presets."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.soap import Node, Reply

# How the spaces end in which a view is changed; the others are speeds.
_MOVES = ("PositionSpace", "VelocitySpace", "TranslationSpace")


@dataclass(frozen=True, slots=True)
class Position:
    """Pan, tilt and zoom in the device's own unit: -1..1 and 0..1, or degrees. None: not said."""

    pan: float | None
    tilt: float | None
    zoom: float | None


@dataclass(frozen=True, slots=True)
class Status:
    """`position` is None where the device does not tell; `is_moving` where it says so."""

    position: Position | None
    is_moving: bool


@dataclass(frozen=True, slots=True)
class Preset:
    token: str
    name: str
    position: Position | None


def parse_heads(reply: Reply) -> dict[str, str]:
    """Return profile token → PTZ node token of the profiles with a PTZ configuration; Media1 and Media2."""
    if reply.operation != "GetProfilesResponse":
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of GetProfilesResponse")
    return {
        profile.get("token"): head.text("NodeToken")
        for profile in reply.findall("Profiles")
        if (head := _configuration(profile)) is not None
    }


def parse_moving_nodes(reply: Reply) -> frozenset[str]:
    """Return the tokens of the PTZ nodes that can change the view. A node without any space cannot."""
    if reply.operation != "GetNodesResponse":
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of GetNodesResponse")
    return frozenset(
        node.get("token")
        for node in reply.findall("PTZNode")
        if any(name.endswith(_MOVES) for name in _spaces(node))
    )


def parse_status(reply: Reply) -> Status:
    """Return where the head stands, by GetStatus."""
    status = reply.find("PTZStatus")
    if status is None:
        raise Malformed("no PTZStatus")
    moving = {status.text("MoveStatus", part).upper() for part in ("PanTilt", "Zoom")}
    return Status(_position(next(status.children("Position"), None)), "MOVING" in moving)


def parse_presets(reply: Reply) -> tuple[Preset, ...]:
    """Return the presets of GetPresets, each token once."""
    if reply.operation != "GetPresetsResponse":
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of GetPresetsResponse")
    found: dict[str, Preset] = {}
    for node in reply.findall("Preset"):
        if token := node.get("token"):
            place = _position(next(node.children("PTZPosition"), None))
            found.setdefault(token, Preset(token, node.text("Name"), place))
    return tuple(found.values())


def _configuration(profile: Node) -> Node | None:
    # Media2 puts it under Configurations; a metadata configuration has a PTZStatus, which is none.
    nested = (one for outer in profile.children("Configurations") for one in outer.children("PTZ"))
    return next(profile.children("PTZConfiguration"), None) or next(nested, None)


def _position(node: Node | None) -> Position | None:
    if node is None:
        return None
    pan_tilt, zoom = next(node.children("PanTilt"), None), next(node.children("Zoom"), None)
    pan, tilt = (_number(pan_tilt, axis) for axis in ("x", "y"))
    position = Position(pan, tilt, _number(zoom, "x"))
    return None if position == Position(None, None, None) else position


def _number(node: Node | None, axis: str) -> float | None:
    try:
        said = float(node.get(axis)) if node is not None else math.nan
    except ValueError:
        return None
    return said if math.isfinite(said) else None


def _spaces(node: Node) -> Iterator[str]:
    for spaces in node.children("SupportedPTZSpaces"):
        yield from (space.name for space in spaces.children())
