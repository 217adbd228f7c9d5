"""Ten years of nights of 100 cameras in one SQLite file: its size, and how long everyday questions take.

Run: poe decade
Writes its table into docs/benchmarks.md. Some nights are recorded in full as a run would be; the years
between are written in the state that forgetting leaves, through the same functions.
"""

from __future__ import annotations

import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, Engine, insert, literal, select, text

from config.load import load_catalogue
from inventory.case_book import Book
from inventory.cases import fold
from inventory.database import reading, writing
from inventory.night_rows import load_results, write_events, write_look
from inventory.night_tables import FORGOTTEN
from inventory.store import Store, open_store
from inventory.tables import RUN, VISIT
from inventory.watch import Look, Result, Subject
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    Sighting,
    StreamOffer,
    Target,
    Value,
)
from tests.bench.chapters import write_chapter
from tests.bench.school_year import HEALTHY, SCHOOL

HEADING = "\n## Ten years of nights\n"
CAMERAS, RECORDERS = 100, 4
START = datetime(2026, 9, 1, 17, 40, tzinfo=UTC)
YEAR = 365
_FULL = 16  # nights recorded in full before each measurement: more than are kept in full


@dataclass(frozen=True, slots=True)
class Measure:
    nights: int
    mib: float
    view_s: float
    night_s: float
    history_ms: float
    light_ms: float
    book_ms: float
    rows: int


def night_report(day: int) -> ScanReport:
    """Return what a check of the school says: cameras on the network, each on a recorder as well."""
    at = START + timedelta(days=day)
    devices = [_recorder(number, at) for number in range(1, RECORDERS + 1)]
    devices += [_camera(number, at) for number in range(1, CAMERAS + 1)]
    return ScanReport(
        "check", at, at + timedelta(minutes=4), ("10.0.0.0/16",), 256, len(devices), tuple(devices)
    )


def _camera(number: int, at: datetime) -> DeviceReport:
    address = f"10.0.1.{number}"
    device: dict[str, Value] = {
        "onvif": "supported", "mac": f"C0:51:7E:00:01:{number:02X}", "serial": f"CAM-{number:05}",
        "manufacturer": "HIKVISION", "model": "DS-2CD2T47", "firmware": "V5.7.1", "clock_offset_s": 0.5,
        "rtsp": "supported", "hostname": "IPC", "scopes": "onvif", "video_sources": 1, "channels": 1,
    }  # fmt: skip
    picture = {**HEALTHY, **{f"number_{n}": n * 0.37 for n in range(20)}}
    return _report(address, number, device, [_channel(1, f"点位{number}", picture, at)], at)


def _recorder(number: int, at: datetime) -> DeviceReport:
    device: dict[str, Value] = {
        "onvif": "supported", "mac": f"C0:51:7E:00:00:{number:02X}", "serial": f"NVR-{number:05}",
        "manufacturer": "HIKVISION", "model": "DS-7932N", "firmware": "V4.3", "clock_offset_s": 0.3,
        "disks": [{"id": str(n), "is_good": True} for n in range(1, 5)], "video_sources": 32,
    }  # fmt: skip
    recorded: dict[str, Value] = {
        **HEALTHY, "recording_source": "isapi-days", "recording_now": True, "recording_mode": "continuous",
        "continuous_days": 31, "continuous_days_at_most": 31, "recording_age_days": 400,
        "recording_days": [f"2026-08-{day:02}" for day in range(1, 32)], "recording_oldest": "2026-08-01",
    }  # fmt: skip
    shown = [_channel(n, f"点位{n}", recorded, at) for n in range(1, CAMERAS // RECORDERS + 1)]
    return _report(f"10.0.0.{number}", 200 + number, device, shown, at)


def _report(
    address: str, number: int, device: dict[str, Value], channels: Sequence[ChannelReport], at: datetime
) -> DeviceReport:
    epr = f"urn:uuid:5f1e0c3a-0000-0000-0000-{number:012}"
    sighting = Sighting(address, "ws-discovery", epr, (f"http://{address}/onvif/device_service",))
    evidence = tuple(Evidence(name, Measured(value), "sim", at) for name, value in device.items())
    return DeviceReport(Target(address, (80, 554), (sighting,)), evidence, tuple(channels), (), 4.0)


def _channel(number: int, name: str, values: dict[str, Value], at: datetime) -> ChannelReport:
    stream = StreamOffer("main", f"rtsp://10.0.0.1/{number}", "p1", "H265", 2560, 1440, 25.0, 4096)
    evidence = tuple(Evidence(metric, Measured(value), "sim", at) for metric, value in values.items())
    return ChannelReport(
        Channel(number, name, f"v{number}", (stream,), kind="network", online=True), evidence
    )


class Years:
    """Writes years of nights into a store, in the state that they are in once their evidence is gone."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.draw = random.Random(7)
        self.book = Book()
        self.bad: dict[Subject, int] = {}  # what is faulty, and until which night
        self.day = 0

    def full_nights(self, count: int) -> list[float]:
        """Record nights in full and return the seconds of each."""
        took = []
        for _ in range(count):
            report = night_report(self.day)
            began = time.perf_counter()
            self.store.record(report)
            took.append(time.perf_counter() - began)
            self.day += 1
        return took

    def pass_nights(self, until: int) -> None:
        with reading(self.store.engine) as connection:
            last = connection.scalar(select(RUN.c.id).order_by(RUN.c.id.desc()).limit(1)) or 1
            results = load_results(connection, SCHOOL, run_ids=[last])
        while self.day < until:
            with writing(self.store.engine) as connection:
                for _ in range(min(30, until - self.day)):
                    self._night(connection, last, results)

    def _night(self, connection: Connection, like: int, results: Sequence[Result]) -> None:
        at = START + timedelta(days=self.day)
        row = {"kind": "check", "started": at, "finished": at, "targets": [], "asked": 0, "answered": 0}
        made = connection.execute(insert(RUN), row).inserted_primary_key
        run_id = int(made[0]) if made else 0
        copied = [one for one in VISIT.columns if one.name not in ("id", "run_id")]
        visits = select(literal(run_id), *copied).where(VISIT.c.run_id == like)
        connection.execute(insert(VISIT).from_select(["run_id", *(one.name for one in copied)], visits))
        connection.execute(
            insert(FORGOTTEN).from_select(
                ["visit_id", "at", "why"],
                select(VISIT.c.id, text("'2026-09-01T00:00:00.000000+00:00'"), text("'full-nights'")).where(
                    VISIT.c.run_id == run_id
                ),
            )
        )
        look = Look(at, run_id, tuple(self._found(one, at, run_id) for one in results))
        write_look(connection, look)
        events = fold(self.book, look, self.store.catalogue.watch)
        for event in events:
            self.book.add(event)
        write_events(connection, events)
        self.day += 1

    def _found(self, one: Result, at: datetime, run_id: int) -> Result:
        """Return a place's result of that night: each has a fault of some days about once a year."""
        if self.draw.random() < 1 / YEAR:
            self.bad[one.subject] = self.day + self.draw.randint(2, 20)
        made = replace(one, at=at, day=at.date(), run_id=run_id)
        if self.bad.get(one.subject, 0) <= self.day or not one.subject.channel:
            return made
        fine = tuple(kind for kind in one.fine if kind != "covered")
        return replace(made, state="fault", faults=("covered",), fine=fine)


def measured(store: Store, years: Years, path: Path) -> Measure:
    nights = years.full_nights(_FULL)
    camera = next(one for one in store.view().cameras if one.device_id != "d1")
    place = Subject(camera.device_id, camera.channel)
    answers = {
        one.subject.device_id: "" for one in store.watched().results.values() if not one.subject.channel
    }
    light = [START + timedelta(days=years.day - 1, hours=1, minutes=n) for n in (10, 20, 30)]
    moments = iter(light)
    view_s = _best(store.view)
    history_s = _best(lambda: store.results(subject=place))
    light_s = _best(lambda: store.looked(answers, next(moments)))
    book_s = _best(store.book)
    _checkpoint(store.engine)
    with reading(store.engine) as connection:
        rows = int(connection.execute(text("SELECT count(*) FROM night_result")).scalar() or 0)
    return Measure(
        nights=years.day,
        mib=sum(one.stat().st_size for one in path.parent.iterdir()) / 2**20,
        view_s=view_s,
        night_s=median(nights[-5:]),
        history_ms=history_s * 1000,
        light_ms=light_s * 1000,
        book_ms=book_s * 1000,
        rows=rows,
    )


def _best(ask: Callable[[], object]) -> float:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return min(took)


def _checkpoint(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def page(found: Sequence[Measure]) -> str:
    lines = [
        HEADING.strip(),
        "",
        f"{CAMERAS} cameras on the network and on {RECORDERS} recorders: {CAMERAS + RECORDERS} devices and",
        f"{2 * CAMERAS} channels each night, in one SQLite file. A night's write is all that a run costs the",
        "database: evidence, identity, claims, the night in short, changes, cases, forgetting. The history",
        "is every night of one camera. Full evidence is kept of 14 nights, of those with a fault 400; the",
        f"years between {_FULL} nights recorded in full are written as they are once their evidence is gone.",
        "",
        "Command: `poe decade`",
        "",
        f"{datetime.now(SCHOOL):%Y-%m-%d}, {platform.system()}, Python {platform.python_version()}, others",
        "at work on the same 2 cores. Best of 3; a night's write is the median of 5.",
        "",
        "| years | nights | rows in short | MiB | view s | night's write s | history ms | light look ms"
        " | cases ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.nights / YEAR:.1f} | {one.nights} | {one.rows} | {one.mib:.0f} | {one.view_s:.2f} "
        f"| {one.night_s:.2f} | {one.history_ms:.0f} | {one.light_ms:.0f} | {one.book_ms:.0f} |"
        for one in found
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    found = []
    ends = [int(one) for one in sys.argv[1:]] or [0, YEAR, 5 * YEAR, 10 * YEAR]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "camcensus.db"
        store = open_store(path, load_catalogue())
        years = Years(store)
        for end in ends:
            if end:
                years.pass_nights(end - _FULL)
            found.append(measured(store, years, path))
        store.close()
    text = page(found)
    sys.stdout.write(text)
    if len(sys.argv) == 1:
        write_chapter(HEADING, text)


if __name__ == "__main__":
    main()
