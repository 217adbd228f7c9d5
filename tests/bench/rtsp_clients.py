"""Our RTSP client with PyAV's decoder against PyAV's demuxer: CPU per camera, faults, what is left behind.

    python tests/bench/rtsp_clients.py [--cameras 1 20 100] [--rounds 3]

Every measurement runs in a fresh process; the two ways take turns. The server is gst-rtsp-server on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socket import create_server, socket
from typing import Any

import av
import numpy as np

from config.settings import Rtsp
from probe.errors import DeviceError
from probe.picture.frames import decode
from probe.rtsp.client import grab
from probe.transport.login import Credential, Login

SERVER = Path(__file__).parents[1] / "peers" / "gst_server.py"
SPAN_S = 4.0
DEADLINE_S = 6.0


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--cameras", type=int, nargs="+", default=[1, 20, 100])
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--one", nargs=3, metavar=("WAY", "URI", "COUNT"))
    args = asked.parse_args()
    if args.one:
        say(json.dumps(measure(args.one[0], args.one[1], int(args.one[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        for size in ((640, 360, 1_000_000), (1920, 1080, 4_000_000)):
            clip = encode(Path(folder) / f"{size[1]}.mp4", *size)
            for cameras in args.cameras:
                compare(clip, size[1], cameras, args.rounds)
    for name, fault in FAULTS.items():
        with serving(fault) as port:
            uri = f"rtsp://user:wrong@127.0.0.1:{port}/main"
            taken = {way: in_a_process(way, uri, 20)["wall"] for way in WAYS}
        say(f"fault {name:14} own {taken['own']:5.1f} s   pyav {taken['pyav']:5.1f} s   (20 at once)")
    for way in WAYS:
        proofs: list[bytes] = []
        with serving(lambda one, proofs=proofs: refuse(one, proofs)) as port:  # type: ignore[misc]
            in_a_process(way, f"rtsp://user:wrong@127.0.0.1:{port}/main", 1)
        say(f"login {way:5} showed the wrong password {len(proofs)} times")


def compare(clip: Path, height: int, cameras: int, rounds: int) -> None:
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            with gst(clip) as port:
                found[way].append(in_a_process(way, f"rtsp://127.0.0.1:{port}/main", cameras))
    for way, runs in found.items():
        cpu = statistics.median(run["cpu"] for run in runs) / cameras * 1000
        wall = statistics.median(run["wall"] for run in runs)
        rss = statistics.median(run["rss"] for run in runs)
        good = min(run["good"] for run in runs)
        say(
            f"{height}p x{cameras:<3} {way:5} {cpu:6.1f} ms CPU per camera  wall {wall:5.1f} s  "
            f"{rss:4.0f} MiB  {good:.0f}/{cameras} with two keyframes"
        )


def in_a_process(way: str, uri: str, count: int) -> dict[str, float]:
    out = subprocess.run(
        [sys.executable, __file__, "--one", way, uri, str(count)], capture_output=True, check=True
    )
    answer: dict[str, float] = json.loads(out.stdout)
    return answer


def measure(way: str, uri: str, count: int) -> dict[str, float]:
    # Imports are left out; they are the same for both.
    begun, used = time.monotonic(), cpu_s()
    good = WAYS[way](uri, count)
    return {
        "wall": time.monotonic() - begun,
        "cpu": cpu_s() - used,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "good": good,
    }


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class OneCredential:
    def credential(self, name: str) -> Credential:
        return Credential(name, 1, "user", "wrong")


def own_way(uri: str, count: int) -> int:
    settings = Rtsp(
        connect_s=3.0,
        answer_s=3.0,
        grab_s=DEADLINE_S if "wrong" in uri else 16.0,
        span_s=SPAN_S,
        max_bytes=1 << 25,
        ports=(554,),
        paths=("/",),
    )

    async def one() -> bool:
        try:
            taken = await grab(uri, Login(OneCredential(), ["any"]), settings)
        except DeviceError:
            return False
        return len(await asyncio.to_thread(decode, taken, 33_000_000)) == 2

    async def every() -> list[bool]:
        return await asyncio.gather(*(one() for _ in range(count)))

    return sum(asyncio.run(every()))


def pyav_way(uri: str, count: int) -> int:
    def one(_: int) -> bool:
        options = {"rtsp_transport": "tcp", "probesize": "32", "analyzeduration": "0"}
        try:
            with av.open(uri, options=options, timeout=(DEADLINE_S / 2, DEADLINE_S / 2)) as container:
                return demux(container)
        except (av.error.FFmpegError, OSError, IndexError):
            return False

    with ThreadPoolExecutor(count) as threads:
        return sum(threads.map(one, range(count)))


def demux(container: Any) -> bool:  # noqa: ANN401  av.container.InputContainer
    stream = container.streams.video[0]
    stream.thread_type = "NONE"
    first = None
    begun = time.monotonic()
    for packet in container.demux(stream):
        if time.monotonic() - begun > 16:
            return False
        if not packet.is_keyframe or packet.pts is None:
            continue
        at = float(packet.pts * packet.time_base)
        if first is None:
            first = at
            packet.decode()
        elif at - first >= SPAN_S - 0.05:
            packet.decode()
            return True
    return False


WAYS: dict[str, Callable[[str, int], int]] = {"own": own_way, "pyav": pyav_way}


def encode(path: Path, width: int, height: int, bit_rate: int) -> Path:
    chance = np.random.default_rng(5)
    scene = np.kron(
        chance.integers(40, 210, (-(-height // 8), width // 8, 3), dtype=np.uint8),
        np.ones((8, 8, 1), np.uint8),
    )[:height]
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "bf": "0", "sc_threshold": "0"}
        stream: Any = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, "yuv420p", bit_rate
        stream.codec_context.gop_size = 50
        for number in range(14 * 25):
            pixels = np.roll(scene, 3 * number, axis=1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@contextmanager
def gst(clip: Path) -> Iterator[int]:
    with subprocess.Popen(
        ["/usr/bin/python3", str(SERVER), str(clip), "h264"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split()[1])
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            yield port
        finally:
            process.kill()


@contextmanager
def serving(fault: Callable[[socket], None]) -> Iterator[int]:
    with create_server(("127.0.0.1", 0), backlog=128) as server:

        def accept() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=meet, args=(one,), daemon=True).start()

        def meet(one: socket) -> None:
            with one:
                try:
                    fault(one)
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield int(server.getsockname()[1])


def silent(one: socket) -> None:
    while one.recv(4096):
        pass


def drip(one: socket) -> None:
    one.recv(4096)
    while True:
        for byte in b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nX-Slow: yes\r\n":
            one.send(bytes([byte]))
            time.sleep(0.5)


def babble(one: socket) -> None:
    one.recv(4096)
    while True:
        one.send(os.urandom(4096))


def endless_headers(one: socket) -> None:
    one.recv(4096)
    one.send(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n")
    while True:
        one.send(b"X-More: and more\r\n")
        time.sleep(0.001)


def no_video(one: socket) -> None:
    sdp = b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:1\r\n"
    while request := one.recv(4096):
        number = request.split(b"CSeq: ")[1].split(b"\r")[0]
        body = sdp if request.startswith(b"DESCRIBE") else b""
        one.send(
            b"RTSP/1.0 200 OK\r\nCSeq: %s\r\nSession: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n"
            b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s" % (number, len(body), body)
        )


def refuse(one: socket, proofs: list[bytes]) -> None:
    while request := one.recv(4096):
        if b"Authorization:" in request:
            proofs.append(request)
        number = request.split(b"CSeq: ")[1].split(b"\r")[0]
        one.send(
            b'RTSP/1.0 401 Unauthorized\r\nCSeq: %s\r\nWWW-Authenticate: Digest realm="r", nonce="%d"\r\n\r\n'
            % (number, len(proofs))
        )


FAULTS: dict[str, Callable[[socket], None]] = {
    "silent": silent,
    "drip": drip,
    "garbage": babble,
    "endless head": endless_headers,
    "no video": no_video,
}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
