"""A virtual school of eight recorders, scanned: what was measured of every channel against the truth.

Run: poe recorders        (another seed as argument)
Writes its table into docs/benchmarks.md. Everything stays on loopback.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from config.load import load_catalogue
from probe.discover.targets import parse_targets
from probe.model import ChannelReport, DeviceReport, Measured, ScanReport, reading_of, value_of
from probe.probes import CHANNEL_PROBES
from probe.run import Means, scan
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school
from probe.sim.serve import serve
from probe.sim.truth import truth
from probe.transport.vault import Vault
from tests.bench.chapters import write_chapter

BIND = "127.79.0.0/24"
HEADING = "\n## Recorders\n"
SCHOOL = ZoneInfo("Asia/Shanghai")
# Which of the recorders that are planned, by their number, and what is wrong with them: 200 channels in all.
SCHOOL_OF_EIGHT: Mapping[int, tuple[str, ...]] = {
    5: (),
    7: ("z-is-utc",),
    6: (),
    14: ("cgi-off", "zone-wrong"),
    3: (),
    11: ("zone-wrong",),
    4: (),
    12: ("z-is-local",),
}
MAKERS = {"hikvision": "Hikvision", "dahua": "Dahua", "uniview": "Uniview", "no-name": "no name, Profile G"}


@dataclass
class Row:
    """What was measured of the channels of one maker by one method."""

    channels: int = 0
    days: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("equal", "unknown", "wrong"), 0))
    recorded: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("equal", "unknown", "wrong"), 0))
    holes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("equal", "unknown", "wrong"), 0))
    played: int = 0
    requests: list[int] = field(default_factory=list)


Table = dict[tuple[str, str], Row]


def planned(
    recorders: Mapping[int, Sequence[str]], seed: int, bind: str, most_used: int | None = None
) -> Campus:
    """Return a campus of these recorders alone, whose pictures are small: they are not what is measured."""
    campus = plan_school(
        seed, 0, bind, recorders, recorders=max(recorders), most_used=most_used, video="loops"
    )
    devices = tuple(_with_small_pictures(one) for one in campus.devices if one.number in recorders)
    return replace(campus, devices=devices)


@asynccontextmanager
async def serving(campus: Campus) -> Any:  # noqa: ANN401  a context manager
    ready = asyncio.Event()
    task = asyncio.create_task(serve(campus, ready.set))
    await asyncio.wait({task, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if task.done():
            await task
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def scanned(
    campus: Campus, folder: Path, only: Mapping[str, Collection[int]] | None = None
) -> ScanReport:
    """Scan the recorders as a user does, without looking at live pictures; `only`: channels by address."""
    vault = Vault.open(folder, None)
    for one in campus.credentials:
        vault.set(one.name, one.user, one.password, "all")
    settings = load_catalogue().settings
    record = settings.record.model_copy(update={"play_span_s": 0.5})
    means = Means(
        settings=settings.model_copy(update={"record": record}),
        vault=vault,
        now=lambda: datetime.now(UTC),
        refusals=lambda _: {},
        refused=lambda *_: None,
        progress=lambda *_: None,
        only_channels=only or {},
    )
    addresses = tuple(one.address for one in campus.devices)
    of_recordings = tuple(one for one in CHANNEL_PROBES if one.id in ("record.playback", "record.retention"))
    with patch("probe.run.CHANNEL_PROBES", of_recordings):
        return await scan(parse_targets(addresses, (), len(addresses)), means)


def compared(campus: Campus, report: ScanReport) -> Table:
    """Return what was measured against the truth, by maker and by the method that told."""
    now = datetime.now(UTC)
    true = {one["address"]: one for one in truth(campus, now=now)["devices"]}
    seen = {one.target.address: one for one in report.devices}
    table: Table = defaultdict(Row)
    for device in campus.devices:
        channels = {one.channel.number: one for one in _channels(seen.get(device.address))}
        for sheet in true[device.address]["channels"]:
            one = channels.get(sheet["number"])
            method = value_of(one.evidence, "recording_source") if one else None
            row = table[MAKERS[device.maker], method or "nothing told"]
            asked = campus.marks[device.number].asked.by_channel.get(sheet["number"], 0)
            _add(row, one, sheet["recording"], asked, now.astimezone(SCHOOL).date())
    return dict(sorted(table.items()))


def lines(table: Table) -> list[str]:
    """Return the table as Markdown."""
    head = "| maker | method | channels | continuous days = ? ≠ | days recorded = ? ≠ | holes = ? ≠ "
    head += "| played | requests per channel, median | most |"
    rows = [head, "|---|---|---|---|---|---|---|---|---|"]
    for (maker, method), row in table.items():
        counts = (" ".join(str(n) for n in one.values()) for one in (row.days, row.recorded, row.holes))
        median = statistics.median(row.requests)
        rows.append(
            f"| {maker} | {method} | {row.channels} | {' | '.join(counts)} "
            f"| {row.played} | {median:g} | {max(row.requests)} |"
        )
    return rows


def _with_small_pictures(device: Device) -> Device:
    lenses = tuple(
        replace(
            lens,
            streams=tuple(
                replace(one, codec="H264", width=352, height=288, fps=5, kbps=128, gop_s=1.0)
                for one in lens.streams
            ),
        )
        for lens in device.lenses
    )
    return replace(device, lenses=lenses)


def _channels(report: DeviceReport | None) -> tuple[ChannelReport, ...]:
    return report.channels if report else ()


def _add(row: Row, one: ChannelReport | None, true: dict[str, Any], asked: int, today: date) -> None:
    row.channels += 1
    row.requests.append(asked)
    evidence = one.evidence if one else ()
    least, most = (value_of(evidence, m) for m in ("continuous_days", "continuous_days_at_most"))
    row.days[_bounded(true["continuous_days"], least, most)] += 1
    row.recorded[_days(evidence, true, today)] += 1
    row.holes[_holes(evidence, true)] += 1
    row.played += value_of(evidence, "playback_alive") is True


def _bounded(true: int, least: int | None, most: int | None) -> str:
    if (least is not None and least > true) or (most is not None and most < true):
        return "wrong"
    return "equal" if least == true else "unknown"


def _days(evidence: Any, true: dict[str, Any], today: date) -> str:  # noqa: ANN401  as value_of takes it
    told, window = value_of(evidence, "recording_days"), value_of(evidence, "window_days")
    if told is None or window is None:
        return "unknown"
    first = (today - timedelta(days=window)).isoformat()
    there = {day for day in true["days"] if day >= first}
    if set(told) - there:
        return "wrong"
    count = reading_of(evidence, "days_recorded")
    is_open = isinstance(count, Measured) and "unknown" in count.detail
    return "equal" if set(told) == there else "unknown" if is_open else "wrong"


def _holes(evidence: Any, true: dict[str, Any]) -> str:  # noqa: ANN401
    told, oldest = value_of(evidence, "recording_holes"), value_of(evidence, "recording_oldest")
    if told is None or oldest is None:
        return "unknown" if true["holes"] or told is None else "equal"
    there = [(hole["from"], hole["to"]) for hole in true["holes"] if hole["from"] >= oldest[:10]]
    pairs = zip(told, there, strict=False)
    apart = [_apart_s(a, b) for one, other in pairs for a, b in zip(one, other, strict=True)]
    # One that has not ended is told as it was a minute ago; or not yet, where its end may be but not listed.
    is_open = len(there) == len(told) + 1 and value_of(evidence, "recording_now") is None
    if is_open:
        apart.append(_apart_s(value_of(evidence, "recording_newest"), there[-1][0]))
    if len(told) != len(there) - is_open or any(one > 600 for one in apart):
        return "wrong"
    return "unknown" if is_open else "equal"


def _apart_s(one: str, other: str) -> float:
    return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    begun = time.monotonic()
    campus = planned(SCHOOL_OF_EIGHT, seed, BIND)

    async def run(folder: Path) -> ScanReport:
        async with serving(campus):
            return await scanned(campus, folder)

    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(Path(folder)))
    rows = lines(compared(campus, report))
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    page = _PAGE.format(
        recorders=len(campus.devices),
        channels=sum(len(one.shown) for one in campus.devices),
        seed=seed,
        today=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine,
        seconds=time.monotonic() - begun,
        rows="\n".join(rows),
    )
    write_chapter(HEADING, f"{HEADING}{page}")
    sys.stdout.write(page)


_PAGE = """
{recorders} virtual recorders with {channels} channels on loopback, each channel with a calendar of its own:
continuous, with holes, by motion, by plan, with locked clips, stopped, off; 12 to 95 days deep. One each of
Hikvision's writes real UTC, one of Dahua's has its CGI off and its zone wrong, one of Uniview's has its zone
wrong, and one without a name writes local time with a Z. They are scanned as by `camcensus scan`, without
looking at live pictures. = ? ≠ count the channels where what was measured is equal to the truth, left open
(not told, or bounds that hold the truth), and wrong. Played: channels of which the newest full day's minute
was played and decoded. Requests are those about the channel's recordings, as the recorders count them: the
days of a Hikvision channel cost 6 at most, and where the day to be played was not listed yet, one more lists
it. One question of ONVIF is about all channels and counts for each.

Command: `poe recorders` (seed {seed})

{today}, {machine}, {seconds:.0f} s.

{rows}
"""


if __name__ == "__main__":
    main()
