"""ONVIF clients of other people must find every healthy simulated device and read it to the end.

onvif-zeep reads over loopback. The clients that discover need a network: two namespaces joined by a cable,
the cameras in one and the client in the other, so that nothing leaves this machine.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.peer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DEVICES = 8
SEED = 252  # a school with a device of every maker among its first eight
OWN_ADDRESS = "10.77.0.254"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A campus and the way into the namespace of its only neighbour."""

    truth: dict[str, Any]
    truth_path: Path
    enter: tuple[str, ...]

    def run(self, *command: str, typed: str = "", seconds: float = 60) -> str:
        ran = subprocess.run(
            [*self.enter, *command],
            input=typed,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=environment(),
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def needs(*modules: str) -> None:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@contextmanager
def campus(bind: str, folder: Path, enter: tuple[str, ...] = ()) -> Iterator[Path]:
    """Serve a campus in a process of its own; give the path of its truth."""
    truth, stats = folder / "truth.json", folder / "stats.json"
    command = [
        *enter,
        sys.executable,
        str(HERE / "run_campus.py"),
        bind,
        str(DEVICES),
        str(SEED),
        str(truth),
        str(stats),
    ]
    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        for _ in range(400):
            if truth.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        try:
            assert truth.exists(), (
                process.stderr.read() if process.stderr and process.poll() else "no campus in 20 s"
            )
            yield truth
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def on_loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    bind = f"127.{120 + os.getpid() % 40}.{os.getpid() // 40 % 250}.0/28"
    with campus(bind, tmp_path_factory.mktemp("loopback")) as truth:
        yield truth


@pytest.fixture(scope="module")
def next_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("nsenter") or not shutil.which("ip"):
        pytest.skip("network namespaces need Linux, root, iproute2 and util-linux")
    with namespace() as cameras, namespace() as client:
        enter_cameras, enter_client = (("nsenter", "-t", str(pid), "-n") for pid in (cameras, client))

        def ip(enter: tuple[str, ...], words: str) -> None:
            subprocess.run([*enter, "ip", *words.split()], check=True, capture_output=True)

        ip(enter_client, f"link add pc0 type veth peer name cam0 netns {cameras}")
        ip(enter_client, f"addr add {OWN_ADDRESS}/24 dev pc0")
        for number in range(1, DEVICES + 1):
            ip(enter_cameras, f"addr add 10.77.0.{number}/24 dev cam0")
        for enter, name in ((enter_client, "pc0"), (enter_cameras, "cam0")):
            ip(enter, "link set lo up")
            ip(enter, f"link set {name} up")
        ip(enter_client, "route add default dev pc0")
        with campus("10.77.0.0/28", tmp_path_factory.mktemp("next-door"), enter_cameras) as truth:
            yield Neighbours(json.loads(truth.read_text("utf-8")), truth, enter_client)


@contextmanager
def namespace() -> Iterator[int]:
    """Keep a network namespace alive; give the process id that leads into it."""
    with subprocess.Popen(["unshare", "-n", "sleep", "600"]) as process:
        own, deadline = Path("/proc/self/ns/net").readlink(), time.monotonic() + 5
        while Path(f"/proc/{process.pid}/ns/net").readlink() == own and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield process.pid
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def read_by_zeep(on_loopback: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return pairs of what is true and what onvif-zeep read."""
    needs("onvif")
    ran = subprocess.run(
        [sys.executable, str(HERE / "zeep_reads.py"), str(on_loopback)],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert ran.returncode == 0, ran.stderr
    true = json.loads(on_loopback.read_text("utf-8"))["devices"]
    return list(zip(true, json.loads(ran.stdout), strict=True))


Pairs = list[tuple[dict[str, Any], dict[str, Any]]]


@pytest.mark.parametrize("fact", ["serial", "manufacturer", "model"])
def test_onvif_zeep_reads_who_made_each_device(read_by_zeep: Pairs, fact: str) -> None:
    assert [(true[fact], said[fact]) for true, said in read_by_zeep if true[fact] != said[fact]] == []


def test_onvif_zeep_reads_every_mac(read_by_zeep: Pairs) -> None:
    assert [true["mac"] for true, _ in read_by_zeep] == [said["mac"].upper() for _, said in read_by_zeep]


@pytest.mark.parametrize(("fact", "at"), [("width", "widths"), ("codec", "codecs")])
def test_onvif_zeep_reads_the_main_stream(read_by_zeep: Pairs, fact: str, at: str) -> None:
    assert [true["channels"][0][fact] for true, _ in read_by_zeep] == [
        said[at][0] for _, said in read_by_zeep
    ]


def test_onvif_zeep_reads_the_name_on_the_picture(read_by_zeep: Pairs) -> None:
    assert [[true["channels"][0]["name"]] for true, _ in read_by_zeep] == [
        said["osd"] for _, said in read_by_zeep
    ]


def test_onvif_zeep_gets_whole_stream_addresses(read_by_zeep: Pairs) -> None:
    uris = [uri for _, said in read_by_zeep for uri in said["uris"]]
    assert [uri for uri in uris if not uri.startswith("rtsp://127.")] == []
    assert any("&onvif=0.sdp?real_stream" in uri for uri in uris)


def test_onvif_zeep_reads_where_the_dome_stands(read_by_zeep: Pairs) -> None:
    assert read_by_zeep[0][1]["presets"] == [
        {"name": "预置点 1", "is_here": True},
        {"name": "预置点 2", "is_here": False},
    ]


def test_onvif_zeep_can_subscribe_everywhere(read_by_zeep: Pairs) -> None:
    assert all(said["subscribed"] for _, said in read_by_zeep)


def test_libonvif_finds_and_reads_every_device(next_door: Neighbours) -> None:
    needs("libonvif")
    said = json.loads(
        next_door.run(sys.executable, str(HERE / "libonvif_reads.py"), str(next_door.truth_path), OWN_ADDRESS)
    )
    assert {one["serial"] for one in said} == {one["serial"] for one in next_door.truth["devices"]}
    assert [one["errors"] for one in said if one["errors"]] == []
    assert all(uri and uri.startswith("rtsp://10.77.0.") for one in said for uri in one["uris"])


def test_wsdiscovery_finds_every_device(next_door: Neighbours) -> None:
    needs("wsdiscovery")
    found = json.loads(next_door.run(sys.executable, str(HERE / "wsdiscovery_finds.py")).splitlines()[-1])
    assert {one.split("/")[2].split(":")[0] for one in found} == {
        one["address"] for one in next_door.truth["devices"]
    }


def test_onvif_util_finds_every_device(next_door: Neighbours) -> None:
    if not shutil.which("onvif-util"):
        pytest.skip("not installed: onvif-tools")
    found = next_door.run("onvif-util", "-a")
    assert [one["address"] for one in next_door.truth["devices"] if f"{one['address']} " not in found] == []


@pytest.mark.parametrize("number", range(DEVICES))
def test_onvif_util_reads_a_device_to_the_end(next_door: Neighbours, number: int) -> None:
    if not shutil.which("onvif-util"):
        pytest.skip("not installed: onvif-tools")
    true, login = next_door.truth["devices"][number], next_door.truth["credentials"][0]
    said = next_door.run(
        "onvif-util",
        "-u",
        login["user"],
        "-p",
        login["password"],
        true["address"],
        typed="get time\nget profiles\nget profile 0\nget rtsp\nget network\nquit\n",
    )
    main = true["channels"][0]
    for fact in (true["serial"], f"{main['width']}", f"rtsp://{true['address']}:", "Timezone:", "Gateway:"):
        assert fact in said
    assert "ERROR" not in said
