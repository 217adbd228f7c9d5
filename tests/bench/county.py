"""A county of invented schools rolled up: time and peak memory of every form.

Run: poe county           (300 schools of 100 cameras; other numbers as arguments)
Writes its chapter of docs/benchmarks.md. Everything lies in a temporary folder, or in the one named by a
third argument, which is used again as it is.
"""

from __future__ import annotations

import json
import multiprocessing
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psutil

from config.load import load_catalogue
from config.schema import Catalogue
from config.site import FILE, Site
from inventory.ledger import Ledger, build_ledger
from inventory.store import open_store
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    Reading,
    ScanReport,
    Target,
)
from reports.form import fill
from reports.forms.desk import Choices
from reports.rollup.workspaces import DATABASE
from reports.xlsx import write_xlsx
from tests.bench.chapters import write_chapter

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "## A county rolled up"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PLACES = ("正门", "东侧门", "后门", "操场东", "操场西", "升旗台", "南围墙", "教学楼走廊", "食堂后厨", "机房")
MAKES = (
    ("HIKVISION", "DS-2CD3T46WDV3-I3"),
    ("Dahua", "DH-IPC-HFW2433DM"),
    ("UNIVIEW", "IPC-B2A3-IR@F40"),
    ("HIKVISION", "DS-2CD1021FD-I"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    name: str
    lines: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    totals: str


def make_workspace(folder: Path, number: int, cameras: int, catalogue: Catalogue) -> Ledger:
    """Make one school's workspace as a scan would leave it, and return what is known there."""
    folder.mkdir(parents=True)
    name = f"示例县第{number}小学"
    site = Site(school=name, town=f"第{number % 20}镇", address=f"学府路{number}号")
    profile = f'school = "{site.school}"\ntown = "{site.town}"\naddress = "{site.address}"\n'
    (folder / FILE).write_text(profile, "utf-8")
    devices = tuple(_camera(number, one) for one in range(1, cameras + 1))
    end = START + timedelta(minutes=9)
    store = open_store(folder / DATABASE, catalogue)
    try:
        store.record(ScanReport("scan", START, end, ("10.0.0.0/16",), cameras, cameras, devices))
        view = store.view()
        said = store.peoples_words()
    finally:
        store.close()
    return build_ledger(view, site, catalogue, said, end)


def write_sheet(form: str, ledger: Ledger, catalogue: Catalogue, path: Path, *, grouped: bool = True) -> None:
    """Export a school's form as its own command would."""
    choices = Choices(grouped=grouped, scope="all", workspace=f"w-{path.stem}")
    write_xlsx(fill(catalogue.forms[form], ledger, catalogue, choices), path)


def _camera(school: int, number: int) -> DeviceReport:
    def said(metric: str, value: Reading) -> Evidence:
        return Evidence(metric, value, "onvif.identity", START)

    mac = ":".join(f"{one:02x}" for one in (2, *divmod(school, 256), 0, *divmod(number, 256)))
    make, model = MAKES[(school + number) % len(MAKES)]
    place = PLACES[number % len(PLACES)]
    width, height = (2560, 1440) if number % 7 else (704, 576)
    evidence = (
        said("manufacturer", Measured(make)),
        said("model", Measured(model)),
        said("serial", Measured(f"SN{school:04}{number:05}")),
        said("mac", Measured(mac)),
        said("onvif", Measured("supported")),
        said("channels", Measured([])),
        said("clock_offset_s", Measured(1.5)),
    )
    channel = ChannelReport(
        Channel(1, f"{place}{number}"),
        (
            said("width", Measured(width)),
            said("height", Measured(height)),
            said("codec", Measured("H265")),
            said("continuous_days", Measured(30 + number % 3)),
        ),
    )
    block, last = divmod(number, 250)
    return DeviceReport(Target(f"10.{school % 250}.{block}.{last + 1}"), evidence, (channel,))


def measured(name: str, form: str, sources: list[Path], out: Path, *more: str) -> Cost:
    """Run `camcensus rollup` as a user would, in a process of its own."""
    command = [sys.executable, "-c", "from reports.cli import main; main()", "rollup", *map(str, sources)]
    command += ["--form", form, "--out", str(out), "--json", "-", *more]
    begun = time.monotonic()
    peak = 0
    with tempfile.TemporaryFile("w+") as results, tempfile.TemporaryFile("w+") as complaints:
        run = psutil.Popen(command, stdout=results, stderr=complaints, cwd=ROOT)
        cpu_s: dict[int, float] = {}
        while run.poll() is None:
            peak = max(peak, _used(run, cpu_s))
            time.sleep(0.1)
        wall_s = time.monotonic() - begun
        results.seek(0)
        complaints.seek(0)
        if run.returncode:
            raise SystemExit(complaints.read())
        said = results.read()
    found = json.loads(said)
    totals = "，".join(f"{key} {value}" for key, value in found["totals"].items())
    return Cost(name, len(found["reported"]), wall_s, sum(cpu_s.values()), peak / 2**20, totals)


def _used(run: psutil.Process, cpu_s: dict[int, float]) -> int:
    """Return the memory of the command and its readers together, and note what CPU each has taken."""
    total = 0
    everybody = [run]
    with suppress(psutil.NoSuchProcess):
        everybody += run.children(recursive=True)
    for one in everybody:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            cpu_s[one.pid] = times.user + times.system
            total += one.memory_info().rss
    return total


def main(schools: int = 300, cameras: int = 100, kept: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="camcensus-county-") as temporary:
        folder = Path(kept or temporary)
        if not (folder / "made").exists():
            tell(f"making {schools} schools of {cameras} cameras")
            make(folder, schools, cameras)
        (folder / "out").mkdir(exist_ok=True)
        costs = []
        for number, (name, form, source) in enumerate(RUNS):
            costs.append(measured(name, form, [folder / source], folder / "out" / f"{number}.xlsx"))
            tell(str(costs[-1]))
    write_chapter(CHAPTER, chapter(schools, cameras, costs))


RUNS = (
    ("F1 清单, sheets of grouped rows", "ruian-2018-list", "sheets"),
    ("F2 调查表, sheets of grouped rows", "ruian-2018-survey", "sheets"),
    ("F11 汇总表, workspaces", "chuzhou-2019-summary", "workspaces"),
    ("F12 指标, workspaces", "chuzhou-2019-rates", "workspaces"),
    ("F1 清单, workspaces", "ruian-2018-list", "workspaces"),
    ("F2 调查表, one row per camera", "ruian-2018-survey", "single"),
    ("F1 清单, one row per camera", "ruian-2018-list", "single"),
)


def make(folder: Path, schools: int, cameras: int) -> None:
    """Make the workspaces, and each school's list exported in two ways."""
    for kind in ("sheets", "single"):
        (folder / kind).mkdir(parents=True)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(partial(make_school, folder, cameras), range(1, schools + 1), chunksize=5))
    (folder / "made").touch()


def make_school(folder: Path, cameras: int, number: int) -> None:
    catalogue = load_catalogue()
    ledger = make_workspace(folder / "workspaces" / f"s{number:03}", number, cameras, catalogue)
    name = f"s{number:03}.xlsx"
    write_sheet("ruian-2018-list", ledger, catalogue, folder / "sheets" / name)
    write_sheet("ruian-2018-list", ledger, catalogue, folder / "single" / name, grouped=False)


def chapter(schools: int, cameras: int, costs: list[Cost]) -> str:
    lines = [
        CHAPTER,
        "",
        f"{schools} schools of {cameras} cameras each, {schools * cameras} in all, by `camcensus rollup`,",
        "from reading every file to the written xlsx. Sheets are exported forms; a workspace is a school's",
        "database, which is copied, viewed and filled in first. Two processes read; CPU and memory are",
        "those of all of them together.",
        "",
        "Command: `poe county`",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, 2 cores, {platform.system()}, Python {platform.python_version()}.",
        "",
        "| form, from | schools | wall s | CPU s | peak MiB | totals |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {c.name} | {c.lines} | {c.wall_s:.1f} | {c.cpu_s:.1f} | {c.peak_mib:.0f} | {c.totals} |"
        for c in costs
    ]
    return "\n".join([*lines, ""])


def tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    asked = sys.argv[1:]
    numbers = [int(one) for one in asked[:2]] or [300, 100]
    main(numbers[0], numbers[-1], asked[2] if len(asked) > 2 else "")
