"""Every captured device of the reference material, served by its replay tool and read by `camcensus inspect`.

Run: poe captures         (needs the reference folder `shared` beside the project)
Prints a line for each device and the counts; facts are compared with the index's `expected`.
"""

from __future__ import annotations

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared"
FACTS = ("manufacturer", "model", "firmware", "serial", "hardware_id")
INSPECT = [sys.executable, "-c", "from reports.cli import main; main()", "inspect"]


@dataclass(slots=True)
class Read:
    """What inspect made of one capture: how it ended, and each fact as equal, missing or different."""

    name: str
    exit_code: int
    protocols: Mapping[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()


def index() -> list[dict[str, str]]:
    with (SHARED / "captures" / "INDEX.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def onvif_devices() -> dict[str, dict[str, Any]]:
    """Return folder → the facts that its captured answers should yield."""
    devices: dict[str, dict[str, Any]] = {}
    for row in index():
        if row["protocol"] != "onvif":
            continue
        facts = devices.setdefault("/".join(row["file"].split("/")[:2]), {})
        expected = json.loads(row["expected"])
        match row["operation"]:
            case "GetDeviceInformation":
                facts |= {name: expected[name] for name in FACTS if expected.get(name)}
            case "GetNetworkInterfaces" if expected.get("mac"):
                facts["mac"] = expected["mac"][0].upper().replace("-", ":")
            case "GetProfiles" if expected.get("channel_count"):
                facts["channels"] = expected["channel_count"]
    return devices


def rtsp_captures() -> list[str]:
    return [row["file"] for row in index() if row["protocol"] == "rtsp"]


def inspect(kind: str, capture: str, expected: Mapping[str, Any]) -> Read:
    """Serve one capture on a free loopback port and inspect it there."""
    port = _free_port()
    tool = str(SHARED / "tools" / "replay.py")
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, tool, kind, capture, "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as served,
    ):
        try:
            _wait_for(port)
            done = subprocess.run(
                [*INSPECT, f"127.0.0.1:{port}", "-w", folder, "--json", "-"],
                capture_output=True,
                text=True,
                timeout=180,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
                check=False,
            )
        finally:
            served.terminate()
    read = Read(capture, done.returncode)
    document = json.loads(done.stdout) if done.stdout.startswith("{") else {"devices": []}
    for device in document["devices"]:
        read.protocols = device["protocols"]
        read.gaps = tuple(sorted({*device["gaps"].values(), *_channel_gaps(device)}))
        read.facts = dict(_compared(device, expected))
    return read


def main() -> None:
    wanted = [("http", folder, facts) for folder, facts in onvif_devices().items()]
    wanted += [("rtsp", capture, {}) for capture in rtsp_captures()]
    with ThreadPoolExecutor(6) as pool:
        reads = list(pool.map(lambda one: inspect(*one), wanted))
    for read in reads:
        outcome = " ".join(f"{fact}:{word}" for fact, word in read.facts.items())
        sys.stdout.write(f"{read.name}: exit {read.exit_code} {dict(read.protocols)} {outcome}\n")
    facts = Counter(word.partition(" ")[0] for read in reads for word in read.facts.values())
    ended = Counter(read.exit_code for read in reads)
    heard = sum("supported" in read.protocols.values() for read in reads)
    sys.stdout.write(f"{len(reads)} captures, exit codes {dict(ended)}, heard {heard}, facts {dict(facts)}\n")


def _compared(device: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    said = {**device, "channels": len(device["channels"]) or None}
    for fact, true in expected.items():
        if fact == "hardware_id":
            continue  # the document has no place for it
        if said[fact] is None:
            yield fact, "missing"
        elif str(said[fact]).strip() == str(true).strip():
            yield fact, "equal"
        else:
            yield fact, f"different ({said[fact]!r}, expected {true!r})"


def _channel_gaps(device: Mapping[str, Any]) -> set[str]:
    return {gap for channel in device["channels"] for gap in channel["gaps"].values()}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    main()
