"""What ONVIF tells of the texts over the picture of a channel. OSD 标注"""

from __future__ import annotations

from probe.errors import Malformed, Unsupported
from probe.model import Channel, Io, Measured, Reading
from probe.onvif.profiles import fetch_profiles
from probe.wire.onvif_media import Overlay, parse_overlays


async def measure(channel: Channel, io: Io) -> dict[str, Reading]:
    overlays = await _fetch_overlays(io)
    profiles = await fetch_profiles(io)
    configurations = {one.source_configuration for one in profiles if one.source == channel.source}
    only_one = len({one.source for one in profiles if one.source}) < 2

    # With one lens, what lies on any picture lies on this one, whatever token it names.
    own = [one for one in overlays if only_one or one.source_configuration in configurations]
    texts = [one.text for one in own if one.text and not one.shows_time]
    return {
        "osd": Measured(list(dict.fromkeys(texts))),
        "osd_clock": Measured(any(one.shows_time for one in own)),
    }


async def _fetch_overlays(io: Io) -> tuple[Overlay, ...]:
    try:
        return parse_overlays(await io.soap("media", "GetOSDs"))
    except (Unsupported, Malformed) as error:
        try:
            return parse_overlays(await io.soap("media2", "GetOSDs"))
        except (Unsupported, Malformed):
            raise error from None
