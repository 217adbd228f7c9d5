"""Whether a camera's head can move, and at which of its presets it stands. 云台与预置位"""

from __future__ import annotations

from probe.errors import DeviceError, Malformed, Unsupported
from probe.memory import Place
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Reading
from probe.onvif.profiles import EVERYTHING
from probe.wire.onvif_ptz import (
    Position,
    Preset,
    parse_heads,
    parse_moving_nodes,
    parse_presets,
    parse_status,
)
from probe.wire.soap import escaped

# Half a degree of a full turn (-1..1), or of what a device tells in degrees: heads come back to a preset
# within 0.1-0.3 degrees. Zoom is 0..1 over its whole range.
_TURN = 0.003
_DEGREES = 0.5
_ZOOM = 0.01


async def measure(channel: Channel, io: Io) -> dict[str, Reading]:
    place = await fetch_place(channel, io)
    if not place.moves:
        return {"ptz": Measured(False), "preset": NotMeasured(Gap.UNSUPPORTED, "its head does not move")}
    away = NotMeasured(Gap.OFF_PRESET, "it moves, is at no preset, or does not tell where it stands")
    return {"ptz": Measured(True), "preset": away if place.preset is None else Measured(place.preset)}


async def fetch_place(channel: Channel, io: Io) -> Place:
    """Return where the channel's head stands now. Raise a DeviceError where no profile can be had."""
    heads = await _fetch_heads(io)
    token = next((stream.profile for stream in channel.streams if stream.profile in heads), "")
    if not token or not await _can_move(heads[token], io):
        return Place()
    body = f"<tptz:ProfileToken>{escaped(token)}</tptz:ProfileToken>"
    try:
        status = parse_status(await io.soap("ptz", "GetStatus", body))
        presets = parse_presets(await io.soap("ptz", "GetPresets", body))
    except DeviceError:  # that it moves is known all the same
        return Place(moves=True, preset=None)
    if status.is_moving or status.position is None:
        return Place(moves=True, preset=None)
    return Place(moves=True, preset=nearest(status.position, presets))


def nearest(position: Position, presets: tuple[Preset, ...]) -> str | None:
    """Return the token of the preset at which a head stands, the nearest where there are several."""
    away = {
        preset.token: distance
        for preset in presets
        if preset.position is not None and (distance := _distance(position, preset.position)) <= 1.0
    }
    return min(away, key=lambda token: away[token], default=None)


def _distance(one: Position, other: Position) -> float:
    """Return how far two positions are apart, in units of what counts as the same place."""
    apart = []
    for here, there, near in (
        (one.pan, other.pan, _TURN),
        (one.tilt, other.tilt, _TURN),
        (one.zoom, other.zoom, _ZOOM),
    ):
        if (here is None) is not (there is None):
            return float("inf")
        if here is not None and there is not None:
            in_degrees = near == _TURN and max(abs(here), abs(there)) > 1.0
            apart.append(abs(here - there) / (_DEGREES if in_degrees else near))
    return max(apart, default=float("inf"))


async def _fetch_heads(io: Io) -> dict[str, str]:
    heads: dict[str, str] = {}
    refused: Unsupported | Malformed | None = None
    answered = False
    for service, body in (("media2", EVERYTHING), ("media", "")):
        try:
            heads |= parse_heads(await io.soap(service, "GetProfiles", body))
            answered = True
        except (Unsupported, Malformed) as error:
            refused = error
    if refused is not None and not answered:
        raise refused
    return heads


async def _can_move(node: str, io: Io) -> bool:
    """Ask the node itself: some fixed cameras carry a PTZ configuration that moves nothing."""
    try:
        return node in parse_moving_nodes(await io.soap("ptz", "GetNodes"))
    except (Unsupported, Malformed):
        return True


PROBE = Probe(id="onvif.ptz", metrics=("ptz", "preset"), seconds=15.0, measure=measure)
