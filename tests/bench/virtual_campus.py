"""Ours against the plain way on a virtual campus, in one run: wall, CPU per camera, peak memory, as ratios.

Run: poe bench            (100 devices; another number as argument)
Writes docs/benchmarks.md. Everything stays on loopback.
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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from reports.school import School, running
from tests.bench.chapters import write_chapter

ROOT = Path(__file__).resolve().parents[2]
BIND = "127.78.0.0/24"
SILENT = 5
ONE_BY_ONE = 25  # so many devices are enough for one after another: their time only adds up


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way of reading cost. `pictures`: cameras of which at least one frame was decoded."""

    name: str
    devices: int
    pictures: int
    wall_s: float
    cpu_s: float
    peak_mib: float

    @property
    def cpu_per_camera_s(self) -> float:
        return self.cpu_s / max(self.pictures, 1)


def ours(name: str, truth: dict[str, Any], folder: Path) -> Cost:
    """Run `camcensus scan` as a user would, in a workspace of its own."""
    folder.mkdir()
    login = truth["credentials"][0]
    command = [sys.executable, "-c", "from reports.cli import main; main()"]
    keep = ["credential", "set", login["name"], "--user", login["user"], "--password-stdin"]
    keep += ["--for", login["rule"], "-w", str(folder)]
    subprocess.run([*command, *keep], input=login["password"], text=True, check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    scan = subprocess.Popen(
        [*command, "scan", *truth["targets"], "-w", str(folder), "--json", str(folder / "scan.json")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = _peak_of_tree(scan)
    wall = time.monotonic() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    document = json.loads((folder / "scan.json").read_text("utf-8"))
    alive = [c for d in document["devices"] for c in d["channels"] if c["picture"].get("alive")]
    return Cost(
        name=name,
        devices=sum(device["manufacturer"] is not None for device in document["devices"]),
        pictures=len(alive),
        wall_s=wall,
        cpu_s=used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        peak_mib=peak,
    )


def plain(name: str, truth_file: Path, threads: int, devices: int) -> Cost:
    """Run the plain way over the first devices of the campus, in a process of its own."""
    script = str(ROOT / "tests" / "bench" / "plain_way.py")
    done = subprocess.run(
        [sys.executable, script, str(truth_file), str(threads), str(devices)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return Cost(name=name, **json.loads(done.stdout))


def main() -> None:
    devices = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        truth_file = folder / "truth.json"
        healthy = School(devices=devices, seed=11, bind=BIND, faults={}, truth=truth_file, video="loops")
        with running(healthy) as campus:
            ours("", campus.truth, folder / "warm-up")  # the first run renders the pictures
            costs = [
                ours("camcensus scan", campus.truth, folder / "ours"),
                plain("onvif-zeep + cv2.VideoCapture, 32 threads", truth_file, 32, devices),
                plain("onvif-zeep + cv2.VideoCapture, one after another", truth_file, 1, ONE_BY_ONE),
            ]
        sick = dict.fromkeys(range(1, SILENT + 1), ("silent",))
        ill = School(devices=devices, seed=11, bind=BIND, faults=sick, video="loops")
        with running(ill) as campus:
            ours("", campus.truth, folder / "warm-up-2")
            costs.append(
                ours(f"camcensus scan, {SILENT} devices never answer", campus.truth, folder / "sick")
            )
    report = _report(costs, devices)
    write_chapter("# Benchmarks", report)
    sys.stdout.write(report)


def _peak_of_tree(process: subprocess.Popen[bytes]) -> float:
    """Return the most memory (unique set size, MiB) that a process and its workers held together."""
    peak = 0
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        held = 0
        try:
            for one in (parent, *parent.children(recursive=True)):
                held += one.memory_full_info().uss
        except psutil.Error:
            continue
        peak = max(peak, held)
        time.sleep(0.2)
    return peak / (1 << 20)


def _report(costs: list[Cost], devices: int) -> str:
    base = costs[0]
    rows = [
        f"| {c.name} | {c.devices} | {c.pictures} "
        f"| {c.wall_s:.1f} | {c.wall_s / base.wall_s:.1f} | {c.cpu_s:.1f} "
        f"| {c.cpu_per_camera_s:.3f} | {c.cpu_per_camera_s / base.cpu_per_camera_s:.1f} "
        f"| {c.peak_mib:.0f} | {c.peak_mib / base.peak_mib:.1f} |"
        for c in costs
    ]
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return _PAGE.format(
        devices=devices,
        one_by_one=ONE_BY_ONE,
        today=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine,
        rows="\n".join(rows),
    )


_PAGE = """# Benchmarks

A virtual campus of {devices} devices on loopback, read by `camcensus scan` and by the plain way in one run.
The plain way reads make, profiles and stream URI by onvif-zeep and watches the stream for five seconds by
cv2.VideoCapture; ours also sweeps the network, reads MAC, scopes, clock and OSD, and judges the picture.
× is the ratio to the first row. CPU and memory are those of the reader and its workers, not of the campus,
which shares the machine's cores and slows every wall time.

Command: `poe bench`

{today}, {machine}.

| way | read | pictures | wall s | × | CPU s | CPU s/camera | × | peak MiB | × |
|---|---|---|---|---|---|---|---|---|---|
{rows}

One after another was measured on {one_by_one} of the devices: its time only adds up.

The silent devices accept a connection and never answer. They cost their deadline once, side by side. The
plain way is not shown there: onvif-zeep has no timeout and waits for them without end.
"""


if __name__ == "__main__":
    main()
