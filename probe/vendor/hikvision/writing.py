"""The texts on a picture, by Hikvision's ISAPI. 海康威视"""

from __future__ import annotations

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.vendor.writing import Writing
from probe.wire.isapi import VideoOverlay, parse_channel_name, parse_overlay

# An input of the device's own, and on a recorder a camera that it fetches over the network.
_INPUTS = (
    ("/ISAPI/System/Video/inputs/channels/{}", "/overlays"),
    ("/ISAPI/ContentMgmt/InputProxy/channels/{}", "/video/overlays"),
)


async def fetch_writing(io: Io, number: int) -> Writing:
    """Return what is written over channel `number`, counted from 1. Raise what the first question raised."""
    refused: DeviceError | None = None
    for path, overlays in _INPUTS:
        channel = path.format(number)
        try:
            overlay = parse_overlay(await io.get(channel + overlays))
        except (Unsupported, Malformed) as error:
            refused = refused or error
            continue
        name = await _fetch_name(overlay, channel, io)
        texts = tuple(dict.fromkeys(text for text in (name, *overlay.texts) if text))
        return Writing(texts, overlay.shows_clock, "ISAPI overlays")
    raise refused or Unsupported("no ISAPI overlays")


async def _fetch_name(overlay: VideoOverlay, channel: str, io: Io) -> str:
    if not overlay.shows_name:
        return ""
    if overlay.name:
        return overlay.name
    return parse_channel_name(await io.get(channel))
