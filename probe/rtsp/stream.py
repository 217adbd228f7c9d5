"""What comes over the wire of the main stream: codec, frame rate, bit rate, keyframes, transport. 码流"""

from __future__ import annotations

from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Reading, Readings


async def measure(channel: Channel, io: Io) -> Readings:
    grab = await io.grab(channel)
    if grab.main_gap is not None:
        of_main = dict.fromkeys(("codec", "fps", "kbps", "keyframe_interval_s"), grab.main_gap)
        return {**of_main, "transport": Measured(grab.transport)}
    return {
        "codec": Measured(grab.codec, grab.note),
        "transport": Measured(grab.transport),
        "fps": _or_too_short(grab.fps, "fewer than two pictures with different times came"),
        "kbps": _or_too_short(grab.kbps, "fewer than two pictures with different times came"),
        "keyframe_interval_s": _or_too_short(
            grab.keyframe_interval_s, f"{len(grab.keyframes)} keyframes in {grab.span_s:.1f} s"
        ),
    }


def _or_too_short(value: float | None, why: str) -> Reading:
    return NotMeasured(Gap.TOO_SHORT, why) if value is None else Measured(value)


PROBE: Probe[Channel] = Probe(
    id="rtsp.stream",
    metrics=("codec", "transport", "fps", "kbps", "keyframe_interval_s"),
    seconds=40.0,
    measure=measure,
)
