"""What a look at a camera's picture costs: CPU by format and codec, memory, and the plain loop beside it.

Run: poe picture-cpu      (needs the package mate-backgrounds, or SOURCES as the only argument)
Writes its section of docs/benchmarks.md. Every figure is the best of several runs, each way in a process of
its own, one thread each, imports left out: whatever else runs on the machine only ever adds to CPU time.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from probe.memory import Baseline, Job, Memory, Past
from probe.model import Measured, Picture
from probe.picture.frames import decode, frames_of
from probe.picture.look import look_at
from probe.picture.snapshot import snapshot
from tests.bench.accuracy.coding import coded, grab_of, read_grab, write_grab
from tests.bench.accuracy.effects import with_captions
from tests.bench.accuracy.scenes import Pixels
from tests.bench.accuracy.score import shipped_outfit
from tests.bench.accuracy.sources import STILLS, content, how_to_get, missing
from tests.bench.accuracy.variants import Codec
from tests.bench.chapters import write_chapter

ROOT = Path(__file__).resolve().parents[2]
PHOTO = next(one for one in STILLS if one.name == "elephants-5640x3172")
FPS, GOP, SECONDS = 25.0, 50, 5
# Width, height, and Mbit/s in H.264 and H.265.
FORMATS = {
    "CIF": (352, 288, 0.384, 0.3),
    "720p": (1280, 720, 2.0, 1.2),
    "1080p": (1920, 1080, 4.0, 2.0),
    "4 MP": (2560, 1440, 6.0, 3.0),
    "8 MP": (3840, 2160, 10.0, 5.0),
}
CODECS: dict[Codec, str] = {"H264": ".h264", "H265": ".hevc"}
AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
SECTION = "## Pictures"


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU ms of each part, and the peak memory of ours. `plain` reads all frames of the same five seconds."""

    decode: float
    jpeg: float
    checks: float  # every liveness check and the JPEG, no baseline, TV lines not due
    against: float  # the same with a baseline
    lines: float  # the TV lines, when they are due
    peak_mib: float
    plain: float
    carried: bool  # TV lines were really not measured where they were not due

    @property
    def look(self) -> float:
        return self.decode + self.against


def main() -> int:
    if len(sys.argv) == 4 and sys.argv[1] in WAYS:
        sys.stdout.write(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
        return 0
    sources = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    if missing([PHOTO], sources):
        sys.stderr.write(how_to_get([PHOTO], sources) + "\n")
        return 1
    costs: dict[tuple[str, str], Cost] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name in FORMATS:
            for codec, ending in CODECS.items():
                stream = Path(temporary) / f"{name.replace(' ', '')}{ending}"
                _make(stream, name, codec, sources)
                costs[name, codec] = _cost(stream, runs=5 if "MP" in name else 9)
                stream.unlink()
                sys.stderr.write(f"{name} {codec} {costs[name, codec]}\n")
    write_chapter(SECTION, _section(costs))
    return 0


def ours(stream: Path, runs: int) -> dict[str, Any]:
    """Look at the grab as a worker does."""
    cv2.setNumThreads(1)
    grab, outfit = read_grab(stream.with_suffix(".grab")), shipped_outfit()
    fresh = look_at(Job(grab, AT), outfit)
    not_due = _proved(fresh)
    known = Memory(last=not_due, baselines=_baselines(fresh))
    decoded = decode(grab, outfit.picture.max_pixels)
    last, shown_as = frames_of(decoded)[-1], outfit.picture.shown_as
    size = {"width": outfit.picture.snapshot_width, "quality": outfit.picture.snapshot_quality}
    took = {
        "decode": _cpu_ms(lambda: frames_of(decode(grab, outfit.picture.max_pixels)), runs),
        "jpeg": _cpu_ms(lambda: snapshot(decoded[-1].picture, last, shown_as, **size), runs),
        "bare": _cpu_ms(lambda: look_at(Job(grab, AT, Memory(last=not_due)), outfit), runs),
        "against": _cpu_ms(lambda: look_at(Job(grab, AT, known), outfit), runs),
        "due": _cpu_ms(lambda: look_at(Job(grab, AT), outfit), runs),
    }
    by = look_at(Job(grab, AT, known), outfit).readings["tvl_live_by"]
    is_small = _value(fresh, "tvl_live_by") == "format"
    return {
        **took,
        "carried": by.detail.startswith("carried") or is_small,
        "peak": _peak_mib(),
    }


def plain(stream: Path, runs: int) -> dict[str, Any]:
    """Read every frame, as the usual scripts do; nothing is done with them."""

    def read_all() -> None:
        capture = cv2.VideoCapture(str(stream))
        frames = 0
        while capture.read()[0]:
            frames += 1
        capture.release()
        assert frames >= SECONDS * FPS - 2, f"{frames} frames in {stream.name}"

    return {"plain": _cpu_ms(read_all, runs)}


WAYS: dict[str, Callable[[Path, int], dict[str, Any]]] = {"ours": ours, "plain": plain}


def _cost(stream: Path, runs: int) -> Cost:
    one = _in_a_process("ours", stream, runs)
    other = _in_a_process("plain", stream, max(1, runs - 2))
    return Cost(
        decode=one["decode"],
        jpeg=one["jpeg"],
        checks=one["bare"] - one["decode"],
        against=one["against"] - one["decode"],
        lines=max(0.0, one["due"] - one["bare"]),
        peak_mib=one["peak"],
        plain=other["plain"],
        carried=one["carried"],
    )


def _in_a_process(way: str, stream: Path, runs: int) -> dict[str, Any]:
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FFMPEG_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.picture_cpu", way, str(stream), str(runs)],
        cwd=ROOT,
        env={**os.environ, **single},
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _cpu_ms(work: Callable[[], object], runs: int) -> float:
    """Return the least CPU time, user and system, of all threads."""
    took = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        took.append((time.process_time() - begun) * 1000)
    return min(took)


def _peak_mib() -> float:
    """Return the most memory this process ever held. Linux counts its parent's into what getrusage says."""
    status = Path("/proc/self/status")
    if status.is_file():
        held = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(held.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _value(picture: Picture, metric: str) -> object:
    reading = picture.readings[metric]
    return reading.value if isinstance(reading, Measured) else None


def _proved(fresh: Picture) -> dict[str, Past]:
    """Return the past of a channel whose TV lines were proved yesterday."""
    yesterday = AT - timedelta(days=1)
    last = {m: Past(r.value, yesterday) for m, r in fresh.readings.items() if isinstance(r, Measured)}
    last["tvl_live_at_least"] = Past(700, yesterday)
    last["tvl_live_on"] = Past(f"{yesterday:%Y-%m-%d}", yesterday)
    return last


def _baselines(fresh: Picture) -> tuple[Baseline, ...]:
    kept = fresh.kept
    assert kept is not None, "the benchmark's scene left nothing"
    assert kept.record, "the benchmark's scene is not fit to be a baseline"
    return (Baseline(1, kept.mode, "person", AT - timedelta(days=9), kept.record),)


def _make(stream: Path, name: str, codec: Codec, sources: Path) -> None:
    """Code a busy scene: a photo, noise, two things that cross it, a clock."""
    wide, high, h264, h265 = FORMATS[name]
    rate = (h264 if codec == "H264" else h265) * 1e6
    sets, packets = coded(_frames(wide, high, sources), codec, fps=FPS, gop=GOP, bits_per_s=rate)
    stream.write_bytes(sets + b"".join(bytes(packet) for packet in packets))
    write_grab(grab_of(codec, sets, packets, fps=FPS), stream.with_suffix(".grab"))


def _frames(wide: int, high: int, sources: Path) -> Iterator[Pixels]:
    photo = cv2.imdecode(np.frombuffer(content(PHOTO, sources), np.uint8), cv2.IMREAD_COLOR)
    assert isinstance(photo, np.ndarray)
    scene = np.asarray(cv2.resize(photo, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    across, down = wide // 8, high // 3
    walker = np.asarray(cv2.resize(photo[500:1100, 600:1000], (across, down)), np.uint8)
    chance = np.random.default_rng(1)
    noise = (chance.standard_normal((high + 32, wide + 32, 1), np.float32) * 1.5).repeat(3, axis=2)
    for number in range(round(SECONDS * FPS)):
        top, left = (int(n) for n in chance.integers(0, 32, 2))
        seen = np.ascontiguousarray(noise[top : top + high, left : left + wide])
        frame = np.asarray(cv2.add(scene, seen, dtype=cv2.CV_8U), np.uint8)
        for speed, height in ((1.2, 0.3), (-0.8, 0.55)):
            x = int((number / 125 * speed + 0.1) * wide) % (wide - across)
            frame[int(high * height) : int(high * height) + down, x : x + across] = walker
        yield with_captions([frame], AT + timedelta(seconds=number // round(FPS)))[0]


def _section(costs: dict[tuple[str, str], Cost]) -> str:
    rows = [
        f"| {name} | {codec} | {cost.decode:.0f} | {cost.checks:.0f} | {cost.against:.0f} | {cost.jpeg:.0f} "
        f"| **{cost.look:.0f}** | {cost.lines:.0f} | {cost.peak_mib:.0f} | {cost.plain:.0f} "
        f"| {cost.plain / cost.decode:.1f} | **{cost.plain / cost.look:.1f}** "
        f"| {cost.plain / (cost.look + cost.lines):.1f} |"
        for (name, codec), cost in costs.items()
    ]
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return _SECTION.format(
        head=SECTION, rows="\n".join(rows), today=f"{datetime.now(UTC):%Y-%m-%d}", machine=machine, runs=3
    )


_SECTION = """{head}

CPU milliseconds of one look at one camera: two keyframes at least 4 s apart, decoded and judged by every
check, in one thread. Beside it the plain loop: cv2.VideoCapture reads all frames of the same 5 s (25 fps, a
keyframe every 2 s, 0.38-10 Mbit/s H.264, 0.3-5 Mbit/s H.265), in one thread, and does nothing with them.
Both read from memory or file; receiving is not in it.

Command: `poe picture-cpu`

{today}, {machine}. Best of {runs} runs or more, each way in a process of its own, imports left out.

| format | codec | decode | checks | checks with baseline | of it JPEG | **look** | TV lines when due | peak MiB | plain loop | plain / decode | **plain / look** | plain / look with TV lines |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
{rows}

look = decode + checks with baseline. TV lines are due once in 30 days while the picture stays sharp, or where
nothing is proved yet. Peak MiB is the whole process, its libraries included.
"""  # noqa: E501  a table's head is one line


if __name__ == "__main__":
    sys.exit(main())
