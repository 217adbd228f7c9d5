"""A run takes no more of the campus network than it may: what comes in is counted where it is received."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from config.load import load_catalogue
from probe.discover.interfaces import local_interfaces
from probe.discover.targets import Asked, parse_targets
from probe.model import ScanReport, value_of
from probe.run import scan
from reports.workspace import open_workspace
from tests.busiest import most_in_a_window

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

BIND = "127.93.7.0/27"
DEVICES = 3
MBIT = 0.4  # less than one of the virtual cameras sends


def asked() -> Asked:
    return parse_targets([BIND], local_interfaces(), 1 << 16)


def scanned(folder: Path, mbit_per_s: float, monkeypatch: pytest.MonkeyPatch) -> tuple[ScanReport, float]:
    """Scan, and return the report with the most bits a second of any five seconds."""
    (folder / "camcensus.toml").write_text(f"[settings.run]\nmbit_per_s = {mbit_per_s}\n", "utf-8")
    place = open_workspace(folder)
    arrived: list[tuple[float, int]] = []
    feed: Callable[[asyncio.StreamReader, Any], None] = asyncio.StreamReader.feed_data

    def counted(reader: asyncio.StreamReader, received: bytes) -> None:
        arrived.append((time.monotonic(), len(received)))
        feed(reader, received)

    with monkeypatch.context() as patched, place.store() as store:
        patched.setattr(asyncio.StreamReader, "feed_data", counted)
        report = asyncio.run(scan(asked(), place.means(store, lambda *_: None)))
    return report, most_in_a_window(arrived)


@pytest.mark.timeout(300)
def test_a_scan_stays_below_its_limit_and_still_sees_every_camera(
    open_school: Callable[..., AbstractContextManager[Any]],
    workspace: Callable[[Path, Any], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with open_school(BIND, {}, devices=DEVICES) as school:
        folder = workspace(tmp_path / "school", school)
        _, free = scanned(folder, 0.0, monkeypatch)
        report, limited = scanned(folder, MBIT, monkeypatch)
    alive = [value_of(c.evidence, "alive") for device in report.devices for c in device.channels]
    assert free > 2 * MBIT, "the limit would have nothing to do"
    assert limited <= 1.1 * MBIT, f"{free:.2f} without a limit"
    assert alive.count(True) == len(alive) >= DEVICES


def test_the_default_leaves_more_than_half_of_an_old_line() -> None:
    assert load_catalogue().settings.run.mbit_per_s < 50
