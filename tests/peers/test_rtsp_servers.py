"""Our RTSP client against servers of other people: gst-rtsp-server and VLC, both bound to loopback."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from config.load import load_catalogue
from config.settings import Rtsp
from probe.errors import AuthRefused
from probe.memory import Job
from probe.model import Measured
from probe.picture.check import outfit_of
from probe.picture.look import look_at
from probe.rtsp.client import grab
from probe.transport.login import Credential, Login

pytestmark = [pytest.mark.peer, pytest.mark.slow]

SERVER = Path(__file__).with_name("gst_server.py")
SYSTEM_PYTHON = "/usr/bin/python3"
FPS, WIDTH, HEIGHT = 25, 640, 360
SETTINGS = Rtsp(
    connect_s=4.0, answer_s=5.0, grab_s=12.0, span_s=2.0, max_bytes=1 << 25, ports=(554,), paths=("/main",)
)
CATALOGUE = load_catalogue()
OUTFIT = outfit_of(CATALOGUE.settings, CATALOGUE.faults.values())
NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


class OneCredential:
    def __init__(self, password: str) -> None:
        self._password = password

    def credential(self, name: str) -> Credential:
        return Credential(name, 1, "user", self._password)


def login() -> Login:
    return Login(OneCredential("secret"), ["school"])


@pytest.fixture(scope="module")
def clips() -> Iterator[dict[str, Path]]:
    """Eight seconds of moving noise in each codec, readable by whoever the server runs as."""
    folder = Path(tempfile.mkdtemp(prefix="camcensus-clips-"))
    folder.chmod(0o755)
    made = {
        "h264": encode(folder / "h264.mp4", "libx264", {"bf": "0", "sc_threshold": "0"}),
        "h265": encode(
            folder / "h265.mp4",
            "libx265",
            {"x265-params": "keyint=25:min-keyint=25:scenecut=0:bframes=0:log-level=none"},
        ),
        "mjpeg": encode(folder / "mjpeg.mov", "mjpeg", {"qmin": "8", "qmax": "8"}),
    }
    yield made
    shutil.rmtree(folder)


def encode(path: Path, encoder: str, options: dict[str, str]) -> Path:
    chance = np.random.default_rng(5)
    scene = np.kron(
        chance.integers(40, 210, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8), np.ones((8, 8, 1))
    )
    with av.open(str(path), "w") as container:
        preset = {} if encoder == "mjpeg" else {"preset": "ultrafast"}
        stream: Any = container.add_stream(encoder, rate=FPS, options={**preset, **options})
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuvj420p" if encoder == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size, stream.bit_rate = FPS, 1_500_000
        for number in range(8 * FPS):
            pixels = np.roll(scene, 3 * number, axis=1) + chance.integers(0, 4, scene.shape)
            frame = av.VideoFrame.from_ndarray(np.clip(pixels, 0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path.chmod(0o644)
    return path


class Peer:
    """A server that runs, and the words it has said so far."""

    def __init__(self, port: int) -> None:
        self.uri = f"rtsp://127.0.0.1:{port}/main"
        self.said: list[str] = []
        self.gone = asyncio.Event()


Serve = Callable[..., AbstractAsyncContextManager[Peer]]


@pytest.fixture(scope="module")
def gst() -> Serve:
    if not Path(SYSTEM_PYTHON).exists():
        pytest.skip(f"{SYSTEM_PYTHON} is missing")
    bindings = "import gi; gi.require_version('GstRtspServer', '1.0')"
    if subprocess.run([SYSTEM_PYTHON, "-c", bindings], capture_output=True, check=False).returncode:
        pytest.skip("gst-rtsp-server is missing: gir1.2-gst-rtsp-server-1.0 and python3-gi")
    return serve_by_gst


@pytest.fixture(scope="module")
def vlc() -> Serve:
    if shutil.which("cvlc") is None:
        pytest.skip("VLC is missing: vlc-bin and vlc-plugin-base")
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("VLC does not run as root, and setpriv is missing")
    return serve_by_vlc


@asynccontextmanager
async def serve_by_gst(clip: Path, codec: str, *options: str) -> AsyncIterator[Peer]:
    process = await asyncio.create_subprocess_exec(
        SYSTEM_PYTHON, str(SERVER), str(clip), codec, *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            first = (await process.stdout.readline()).split()
        assert first[:1] == [b"ready"], "gst-rtsp-server did not start"
        peer = Peer(int(first[1]))
        listening = asyncio.create_task(listen(process.stdout, peer))
        yield peer
        listening.cancel()
    finally:
        process.kill()
        await process.wait()


async def listen(stdout: asyncio.StreamReader, peer: Peer) -> None:
    while line := await stdout.readline():
        peer.said.append(line.decode().strip())
        if peer.said[-1] == "closed":
            peer.gone.set()


@asynccontextmanager
async def serve_by_vlc(clip: Path) -> AsyncIterator[Peer]:
    port = free_port()
    peer = Peer(port)
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    process = await asyncio.create_subprocess_exec(
        *as_nobody,
        "cvlc",
        *("-I", "dummy", "--no-audio", "--rtsp-host", "127.0.0.1", "--loop", str(clip)),
        *("--sout", f"#rtp{{sdp=rtsp://127.0.0.1:{port}/main}}"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "HOME": tempfile.gettempdir()},
    )
    try:
        async with asyncio.timeout(30):
            while not await listens(port):  # noqa: ASYNC110  another process has no event to wait for
                await asyncio.sleep(0.2)
        yield peer
    finally:
        process.kill()
        await process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("auth", ["none", "basic", "digest"])
async def test_gst_rtsp_server_is_read_and_left_clean(
    gst: Serve, clips: dict[str, Path], codec: str, transport: str, auth: str
) -> None:
    options = ["--auth", auth, *(["--protocol", "udp"] if transport == "udp" else [])]
    async with gst(clips[codec], codec, *options) as peer:
        taken = await grab(peer.uri, login(), SETTINGS)
        async with asyncio.timeout(5):
            await peer.gone.wait()
    assert (taken.codec.lower(), taken.transport, taken.note) == (codec, transport, "")
    assert (taken.fps, taken.keyframe_interval_s) == (FPS, 1.0)
    assert peer.said[-2:] == ["TEARDOWN", "closed"]
    assert_decodes(taken)


async def test_motion_jpeg_of_gst_rtsp_server_is_read(gst: Serve, clips: dict[str, Path]) -> None:
    async with gst(clips["mjpeg"], "mjpeg") as peer:
        taken = await grab(peer.uri, login(), SETTINGS)
    assert (taken.codec, taken.fps) == ("JPEG", FPS)
    assert_decodes(taken)


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_gst_rtsp_server_refuses_a_wrong_password(
    gst: Serve, clips: dict[str, Path], auth: str
) -> None:
    async with gst(clips["h264"], "h264", "--auth", auth) as peer:
        with pytest.raises(AuthRefused):
            await grab(peer.uri, Login(OneCredential("wrong"), ["school"]), SETTINGS)


async def test_a_cancelled_grab_leaves_no_session_at_gst_rtsp_server(
    gst: Serve, clips: dict[str, Path]
) -> None:
    async with gst(clips["h264"], "h264", "--protocol", "udp") as peer:
        task = asyncio.create_task(grab(peer.uri, login(), SETTINGS))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5):
            await peer.gone.wait()
    assert peer.said == ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "closed"]


@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_vlc_is_read_over_udp(vlc: Serve, clips: dict[str, Path], codec: str) -> None:
    async with vlc(clips[codec]) as peer:
        taken = await grab(peer.uri, login(), SETTINGS)
    assert (taken.codec.lower(), taken.transport) == (codec, "udp")
    assert taken.fps == pytest.approx(FPS, abs=0.5)
    assert_decodes(taken)


def assert_decodes(taken: Any) -> None:  # noqa: ANN401  a Grab
    readings = look_at(Job(taken, NOW), OUTFIT).readings
    assert (readings["width"], readings["height"]) == (Measured(WIDTH), Measured(HEIGHT))
    assert readings["keyframes"] == Measured(2)
