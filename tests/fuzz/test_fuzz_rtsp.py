"""Bends the corpus and feeds it to the RTSP wire modules: a value or Malformed, never anything else.

CAMCENSUS_FUZZ_ROUNDS says how many bent inputs each file gives; the default keeps CI short.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.errors import Malformed
from probe.rtsp.collect import assembler_for
from probe.wire.rtp import Order, parse_packet
from probe.wire.rtsp import Splitter, parse_message
from probe.wire.rtsp_headers import control_uri, parse_session, parse_transport, stream_base
from probe.wire.sdp import VideoTrack, parse_sdp, video_track
from probe.wire.sps import declared_size

Bend = Callable[..., bytes]
CORPUS = Path(__file__).parent / "corpus" / "rtsp"
ROUNDS = int(os.environ.get("CAMCENSUS_FUZZ_ROUNDS", "300"))


def read_messages(received: bytes) -> None:
    Splitter().feed(received)
    parse_message(received)


def read_headers(received: bytes) -> None:
    text = received.decode("latin-1")
    parse_session(text)
    parse_transport(text)
    control_uri(stream_base("rtsp://127.0.0.1/main", text[:40]), text[40:80])


def read_sdp(received: bytes) -> None:
    track = video_track(parse_sdp(received))
    if track is not None:
        declared_size(track.codec, track.parameter_sets)


def read_stream(codec: str) -> Callable[[bytes], None]:
    def read(received: bytes) -> None:
        assembler, order = assembler_for(VideoTrack(codec, 96, 90000, "")), Order(depth=4)
        while len(received) > 2:
            size = int.from_bytes(received[:2])
            part, received = received[2 : 2 + size], received[2 + size :]
            try:
                ordered = order.feed(parse_packet(part))
            except Malformed:
                continue
            for packet, broken in ordered:
                assembler.feed(packet, broken=broken)
        assembler.close()

    return read


READERS: dict[str, tuple[Callable[[bytes], None], ...]] = {
    ".rtsp": (read_messages, read_headers),
    ".sdp": (read_sdp, read_headers),
    ".rtp": tuple(read_stream(codec) for codec in ("H264", "H265", "JPEG", "MPEG4")),
}


PARTS = (b"\r\n", b"\0", b";", b"=", b"\xff" * 12, b"99999999999")


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_a_bent_input_is_a_value_or_malformed(bent: Bend, file: Path) -> None:
    chance = random.Random(file.name)
    seed = file.read_bytes()
    for raw in (seed, *(bent(chance, seed, PARTS) for _ in range(ROUNDS))):
        for read in READERS[file.suffix]:
            try:
                read(raw)
            except Malformed:
                continue
