"""FFmpeg must play what every healthy simulated camera sends: both transports, both codecs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.sim.plan import plan_school

pytestmark = pytest.mark.peer

HERE = Path(__file__).parent
DEVICES = 8
SEED = 252  # a school with a device of every maker, and both codecs, among its first eight


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Serve a campus in a process of its own; give its folder."""
    if not shutil.which("ffmpeg") or not shutil.which("ffprobe"):
        pytest.skip("not installed: ffmpeg")
    folder = tmp_path_factory.mktemp("campus")
    truth, stats = folder / "truth.json", folder / "stats.json"
    arguments = (bind(), str(DEVICES), str(SEED), str(truth), str(stats))
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    with subprocess.Popen(
        [sys.executable, str(HERE / "run_campus.py"), *arguments], env=environment
    ) as process:
        for _ in range(400):
            if truth.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        try:
            assert truth.exists(), "no campus in 20 s"
            yield folder
        finally:
            process.terminate()
            process.wait(10)


def bind() -> str:
    return f"127.{160 + os.getpid() % 40}.{os.getpid() // 40 % 250}.0/28"


def url_of(number: int, role: int = 0) -> tuple[str, Any]:
    """Return the stream address of a device with its login, and the stream as it was planned."""
    school = plan_school(SEED, DEVICES, bind(), {})
    device = school.devices[number]
    stream = device.lenses[0].streams[role]
    login = f"{device.user}:{device.password}@{device.address}:{device.rtsp_port}"
    return f"rtsp://{login}{stream.path}", stream


def at_once(commands: dict[tuple[str, int], list[str]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Run commands side by side; return what each wrote to stdout and stderr."""
    running = {
        key: subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for key, command in commands.items()
    }
    return {key: process.communicate(timeout=60) for key, process in running.items()}


@pytest.fixture(scope="module")
def played(campus: Path) -> dict[tuple[str, int], tuple[str, str]]:
    """Let FFmpeg decode four seconds of every main stream: first all over TCP, then all over UDP."""
    assert campus.exists()
    said: dict[tuple[str, int], tuple[str, str]] = {}
    for transport in ("tcp", "udp"):
        ask = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-rtsp_transport", transport, "-i"]
        end = ["-t", "4", "-map", "0:v", "-f", "framemd5", "-"]
        said |= at_once({(transport, number): [*ask, url_of(number)[0], *end] for number in range(DEVICES)})
    return said


@pytest.fixture(scope="module")
def probed(campus: Path) -> dict[tuple[str, int], tuple[str, str]]:
    """Let ffprobe look at every main and sub stream."""
    ask = ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-select_streams", "v", "-of", "json"]
    show = ["-show_entries", "stream=codec_name,width,height,avg_frame_rate"]
    roles = {"main": 0, "sub": 1}
    assert campus.exists()
    return at_once(
        {(role, n): [*ask, *show, url_of(n, roles[role])[0]] for role in roles for n in range(DEVICES)}
    )


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("number", range(DEVICES))
def test_ffmpeg_decodes_two_gops_without_a_word(
    played: dict[tuple[str, int], tuple[str, str]], number: int, transport: str
) -> None:
    frames, complaints = played[transport, number]
    sums = [line.split(",")[-1] for line in frames.splitlines() if line and not line.startswith("#")]
    assert complaints == ""
    assert len(sums) == 4 * url_of(number)[1].fps
    assert len(set(sums)) > len(sums) // 2


@pytest.mark.parametrize("role", ["main", "sub"])
@pytest.mark.parametrize("number", range(DEVICES))
def test_ffprobe_reads_codec_size_and_rate(
    probed: dict[tuple[str, int], tuple[str, str]], number: int, role: str
) -> None:
    stream = url_of(number, 0 if role == "main" else 1)[1]
    (said,) = json.loads(probed[role, number][0])["streams"]
    codec = {"H264": "h264", "H265": "hevc"}[stream.codec]
    assert (said["codec_name"], said["width"], said["height"]) == (codec, stream.width, stream.height)
    assert said["avg_frame_rate"] == f"{stream.fps}/1"


@pytest.mark.usefixtures("campus")
def test_ffmpeg_with_a_wrong_password_is_refused() -> None:
    url, _ = url_of(0)
    ran = subprocess.run(
        ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", url.replace(":Cam-", ":cam-")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "401 Unauthorized" in ran.stderr
