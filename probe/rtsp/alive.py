"""Whether the stream lives: a keyframe can be decoded and time moves on. 在线"""

from __future__ import annotations

from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Readings


async def measure(channel: Channel, io: Io) -> Readings:
    grab = await io.grab(channel)
    if not grab.keyframes:
        # A long GOP looks the same as a camera that never sends one: neither alive nor dead is shown.
        return {"alive": NotMeasured(Gap.TOO_SHORT, f"no keyframe in {grab.span_s:.1f} s")}

    picture = await io.picture(channel)
    match picture.readings.get("keyframes"):
        case Measured(value=int(decoded)):
            # A stream that plays one picture over and over under one time stamp proves nothing.
            moved = grab.pictures > 1 and grab.span_s > 0
            return {"alive": Measured(decoded > 0 and moved, f"{decoded} decoded in {grab.span_s:.1f} s")}
        case NotMeasured() as gap:
            return {"alive": gap}
        case _:
            return {}


PROBE: Probe[Channel] = Probe(id="rtsp.alive", metrics=("alive",), seconds=70.0, measure=measure)
