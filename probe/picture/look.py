"""Looks at one grab: decodes it and reads every picture metric. Runs in a worker process."""

from __future__ import annotations

from dataclasses import replace

import av

from probe.errors import DeviceError
from probe.memory import Job, Mode
from probe.model import Gap, Grab, Measured, NotMeasured, Picture, Reading, Readings
from probe.picture import resolution
from probe.picture.check import Look, Outfit
from probe.picture.checks import CHECKS, METRICS, PROOFS
from probe.picture.evidence import crops_of
from probe.picture.faults import picture_faults
from probe.picture.frames import decode, decode_damaged, frame_of, frames_of
from probe.picture.keep import kept_of
from probe.picture.reference import Comparison, compare_with, mode_of
from probe.picture.sight import Sight
from probe.picture.snapshot import snapshot
from probe.picture.tvl.evidence import edge_crops
from probe.picture.tvl.proof import card_of


def look_at(job: Job, outfit: Outfit) -> Picture:
    """Return every metric of every check, each with a value or its gap, whatever was received."""
    grab = job.grab
    if not grab.keyframes:
        return _nothing(NotMeasured(Gap.TOO_SHORT, f"no keyframe in {grab.span_s:.1f} s"))
    try:
        return _look(job, outfit)
    except DeviceError as error:
        return _nothing(NotMeasured(error.gap, str(error)))
    except av.error.FFmpegError as error:
        return _nothing(NotMeasured(Gap.NO_PICTURE, f"the decoder gave up: {error.strerror}"))
    except MemoryError:
        why = f"the picture needs more than {outfit.picture.memory_mib} MiB of memory"
        return _nothing(NotMeasured(Gap.UNSUPPORTED, why))


def _look(job: Job, outfit: Outfit) -> Picture:
    decoded = decode(job.grab, outfit.picture.max_pixels)
    if not decoded:
        return _undecoded(job.grab, outfit.picture.max_pixels)

    frames = frames_of(decoded)
    sights = tuple(Sight(frame, outfit.picture.analysis_width) for frame in frames)
    mode = mode_of(sights[-1], outfit.picture)
    look = Look(sights, job, outfit, mode, _against(job, mode))
    size = {"width": outfit.picture.snapshot_width, "quality": outfit.picture.snapshot_quality}
    jpeg = snapshot(decoded[-1].picture, frames[-1], outfit.picture.shown_as, **size)
    if (smallest := min(min(sight.luma.shape) for sight in sights)) < _LEAST_PIXELS:
        tiny = _nothing(NotMeasured(Gap.UNCLEAR, f"{smallest} pixels across are too few to judge"))
        return Picture({**tiny.readings, **_of_stream(job.grab, resolution.read(look))}, jpeg)

    readings: dict[str, Reading] = {}
    for check in CHECKS:
        readings |= _of_stream(job.grab, check.read(look))
    faults = picture_faults(outfit.faults, lambda metric: readings.get(metric, _UNREAD))
    found = frozenset(faults.found)
    # What may have one of these faults is proof of nothing, and no measure for later looks.
    unsound = found.union(faults.suspected)
    for proof in PROOFS:
        readings |= _of_stream(job.grab, proof.read(look, readings, unsound))
    return Picture(
        readings,
        jpeg=jpeg,
        crops={**crops_of(look, readings, found), **edge_crops(look, readings)},
        # The next visit may see the main stream again: a sub-stream's picture is no measure for it.
        kept=replace(kept_of(look, unsound), card=card_of(look, readings))
        if job.grab.role == "main"
        else None,
    )


_UNREAD = NotMeasured(Gap.NOT_ASKED)
_LEAST_PIXELS = 64  # the smallest format that cameras send is 128x96
# These tell of the main stream alone; every other metric is as true of the sub-stream.
_OF_MAIN_STREAM = ("width", "height", "enlarged_from", "tvl_")


def _of_stream(grab: Grab, readings: Readings) -> Readings:
    if grab.main_gap is None:
        return readings
    mains = {metric: grab.main_gap for metric in readings if metric.startswith(_OF_MAIN_STREAM)}
    return {**readings, **mains}


def _against(job: Job, mode: Mode) -> Comparison | NotMeasured:
    if job.grab.role == "sub":
        return NotMeasured(Gap.NO_BASELINE, "only the sub-stream was seen; baselines are of the main stream")
    if not job.place.is_comparable:
        return NotMeasured(Gap.OFF_PRESET, "its head is at no preset")
    return compare_with(job.memory, mode, job.place) or NotMeasured(Gap.NO_BASELINE)


def _undecoded(grab: Grab, max_pixels: int) -> Picture:
    """Judge nothing; but where the decoder shows a damaged picture, there is one, and of that size."""
    keys = grab.keyframes
    why = f"none of {len(keys)} keyframes could be decoded whole"
    if all(key.damaged for key in keys):
        why = f"each of {len(keys)} keyframes lost packets on the way"
    nothing = _nothing(NotMeasured(Gap.NO_PICTURE, why))
    damaged = decode_damaged(grab, max_pixels)
    if damaged is None:
        return nothing
    frame = frame_of(damaged)
    size = {"width": Measured(frame.width, why), "height": Measured(frame.height, why)}
    return Picture({**nothing.readings, **_of_stream(grab, size)})


def _nothing(gap: NotMeasured) -> Picture:
    return Picture(dict.fromkeys(METRICS, gap))
