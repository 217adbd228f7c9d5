"""Looks at one grab: decodes it and reads every picture metric. Runs in a worker process."""

from __future__ import annotations

import av

from config.settings import Picture as PictureSettings
from probe.errors import DeviceError
from probe.model import Gap, Grab, Measured, NotMeasured, Picture, Reading
from probe.picture.check import Look
from probe.picture.checks import CHECKS
from probe.picture.frames import decode, frame_of
from probe.picture.snapshot import snapshot


def look_at(grab: Grab, settings: PictureSettings) -> Picture:
    """Return every metric of every check, each with a value or its gap, whatever was received."""
    if not grab.keyframes:
        return _nothing(NotMeasured(Gap.TOO_SHORT, f"no keyframe in {grab.span_s:.1f} s"))
    try:
        return _look(grab, settings)
    except DeviceError as error:
        return _nothing(NotMeasured(error.gap, str(error)))
    except av.error.FFmpegError as error:
        return _nothing(NotMeasured(Gap.NO_PICTURE, f"the decoder gave up: {error.strerror}"))
    except MemoryError:
        why = f"the picture needs more than {settings.memory_mib} MiB of memory"
        return _nothing(NotMeasured(Gap.UNSUPPORTED, why))


def _look(grab: Grab, settings: PictureSettings) -> Picture:
    decoded = decode(grab, settings.max_pixels)
    if not decoded:
        why = f"none of {len(grab.keyframes)} keyframes could be decoded"
        return Picture({**_nothing(NotMeasured(Gap.NO_PICTURE, why)).readings, "keyframes": Measured(0, why)})

    look = Look(tuple(frame_of(one) for one in decoded), grab, settings)
    readings: dict[str, Reading] = {}
    for check in CHECKS:
        readings |= check.read(look)
    jpeg = snapshot(decoded[-1].picture, width=settings.snapshot_width, quality=settings.snapshot_quality)
    return Picture(readings, jpeg)


def _nothing(gap: NotMeasured) -> Picture:
    return Picture({metric: gap for check in CHECKS for metric in check.metrics})
