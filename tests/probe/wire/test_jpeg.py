"""JPEG out of RTP: what a camera left out is put back so that a decoder reads it."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from probe.wire.coded import Coded
from probe.wire.jpeg import JpegAssembler, frame_size
from probe.wire.rtp import Packet

PICTURE = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (96, 160, 3), dtype=np.uint8), (0, 0), 4)


def jpeg_file(quality: int) -> bytes:
    written, jpeg = cv2.imencode(".jpg", PICTURE, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert written
    return bytes(jpeg.tobytes())


def scan_of(jpeg: bytes) -> bytes:
    start = jpeg.index(b"\xff\xda")
    return jpeg[start + 2 + int.from_bytes(jpeg[start + 2 : start + 4]) : -2]


def packets(
    scan: bytes, quality: int, *, tables: bytes = b"", size: tuple[int, int] = (20, 12)
) -> list[Packet]:
    out = []
    for at in range(0, len(scan), 500):
        head = b"\x00" + at.to_bytes(3) + bytes([1, quality, *size])
        if at == 0 and quality >= 128:
            head += struct.pack(">HH", 0, len(tables)) + tables
        part = scan[at : at + 500]
        out.append(Packet(26, at + 500 >= len(scan), 0, 1, 1, head + part))
    return out


def assembled(parts: list[Packet], assembler: JpegAssembler | None = None) -> Coded:
    assembler = assembler or JpegAssembler()
    for part in parts:
        assembler.feed(part)
    done = assembler.close()
    assert done is not None
    return done


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize("quality", [30, 50, 90])
def test_standard_tables_are_built_from_the_quality(quality: int) -> None:
    jpeg = jpeg_file(quality)
    rebuilt = assembled(packets(scan_of(jpeg), quality))
    assert not rebuilt.damaged
    assert np.array_equal(decoded(rebuilt.payload), decoded(jpeg))


def test_tables_sent_along_are_used() -> None:
    jpeg = jpeg_file(77)
    luma = jpeg.index(b"\xff\xdb") + 5
    chroma = jpeg.index(b"\xff\xdb", luma) + 5
    tables = jpeg[luma : luma + 64] + jpeg[chroma : chroma + 64]
    rebuilt = assembled(packets(scan_of(jpeg), 255, tables=tables))
    assert np.array_equal(decoded(rebuilt.payload), decoded(jpeg))


def test_a_size_the_format_cannot_say_comes_from_the_sdp() -> None:
    rebuilt = assembled(packets(scan_of(jpeg_file(50)), 50, size=(0, 0)), JpegAssembler(2560, 1440))
    assert frame_size(rebuilt.payload) == (2560, 1440)


def test_a_size_the_format_cannot_say_comes_from_the_onvif_extension() -> None:
    header = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 1440, 2560) + bytes(11)
    parts = [
        part._replace(extension=header, profile=0xFFD8)
        for part in packets(scan_of(jpeg_file(50)), 50, size=(0, 0))
    ]
    assert frame_size(assembled(parts).payload) == (2560, 1440)


def test_a_missing_part_is_damage() -> None:
    parts = packets(scan_of(jpeg_file(90)), 90)
    assert assembled([parts[0], *parts[2:]]).damaged


def test_every_picture_is_a_keyframe_and_the_next_one_ends_it() -> None:
    parts = packets(scan_of(jpeg_file(50)), 50)
    assembler = JpegAssembler()
    for part in parts:
        assert assembler.feed(part) is None
    following = assembler.feed(parts[0]._replace(timestamp=2))
    assert following is not None
    assert following.keyframe


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_payloads_give_pictures(payloads: list[bytes]) -> None:
    assembler = JpegAssembler()
    for number, payload in enumerate(payloads):
        assembler.feed(Packet(26, number % 2 == 1, number, number // 2, 1, payload))
    assembler.close()


@given(st.binary(max_size=60))
def test_any_bytes_have_a_frame_size_or_none(segments: bytes) -> None:
    assert frame_size(segments) is None or frame_size(segments) > (0, 0)  # type: ignore[operator]
