"""Whether the stream lives: it shows pictures and its time moves on; and which stream it was. 在线"""

from __future__ import annotations

from probe.model import (
    Channel,
    Gap,
    Grab,
    Io,
    Measured,
    NotMeasured,
    Picture,
    Probe,
    Reading,
    Readings,
)


async def measure(channel: Channel, io: Io) -> Readings:
    grab = await io.grab(channel)
    if not grab.keyframes:
        # A long GOP looks the same as a camera that never sends one: neither alive nor dead is shown.
        return {
            "alive": NotMeasured(Gap.TOO_SHORT, f"no keyframe in {grab.span_s:.1f} s"),
            "stream_role": _role(grab),
        }

    picture = await io.picture(channel)
    grab = await io.grab(channel)  # the sub-stream's, where the main one could not be decoded
    return {"alive": _is_alive(grab, picture), "stream_role": _role(grab)}


def _role(grab: Grab) -> Reading:
    return Measured(grab.role, grab.main_gap.detail if grab.main_gap else "")


def _is_alive(grab: Grab, picture: Picture) -> Reading:
    # A stream that plays one picture over and over under one time stamp proves nothing.
    moved = grab.pictures > 1 and grab.span_s > 0
    match picture.readings.get("keyframes"), picture.readings.get("width"):
        case Measured(value=int(decoded)), _:
            return Measured(moved, f"{decoded} decoded in {grab.span_s:.1f} s")
        case NotMeasured(gap=Gap.NO_PICTURE, detail=why), Measured() if moved:
            return Measured(True, f"damaged pictures: {why}")
        case NotMeasured() as gap, _:
            return gap  # what cannot be decoded may be the network's fault: nothing is said of the camera
        case _:
            return NotMeasured(Gap.NO_PICTURE, "the keyframes were not counted")


PROBE: Probe[Channel] = Probe(
    id="rtsp.alive", metrics=("alive", "stream_role"), seconds=70.0, measure=measure
)
