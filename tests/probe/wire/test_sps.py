"""The size that a parameter set declares, against what a decoder makes of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.h26x import split_annex_b
from probe.wire.sps import declared_size, parse_sps


def encoded_units(codec: str, width: int, height: int, pix_fmt: str) -> list[bytes]:
    encoder = av.CodecContext.create({"H264": "libx264", "H265": "libx265"}[codec], "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, pix_fmt
    encoder.framerate, encoder.time_base = Fraction(25), Fraction(1, 25)
    encoder.options = {
        "preset": "ultrafast",
        **({"x265-params": "log-level=none"} if codec == "H265" else {}),
    }
    grey = av.VideoFrame.from_ndarray(np.full((height, width, 3), 99, np.uint8), format="rgb24")
    packets = [*encoder.encode(grey.reformat(format=pix_fmt)), *encoder.encode(None)]
    return [unit for packet in packets for unit in split_annex_b(bytes(packet))]


@pytest.mark.parametrize(
    ("codec", "width", "height", "pix_fmt"),
    [
        ("H264", 1920, 1080, "yuv420p"),
        ("H264", 176, 144, "yuv420p"),
        ("H264", 352, 288, "yuv422p10le"),
        ("H264", 641, 359, "yuv444p"),
        ("H264", 16, 16, "gray"),
        ("H265", 1280, 720, "yuv420p"),
        ("H265", 706, 578, "yuv420p10le"),
        ("H265", 640, 362, "yuv422p"),
        ("H265", 65, 67, "yuv444p"),
    ],
)
def test_the_declared_size_is_that_of_the_picture(codec: str, width: int, height: int, pix_fmt: str) -> None:
    assert declared_size(codec, encoded_units(codec, width, height, pix_fmt)) == (width, height)


@given(st.sampled_from(["H264", "H265"]), st.binary(max_size=80))
def test_any_bytes_are_a_size_or_malformed(codec: Literal["H264", "H265"], unit: bytes) -> None:
    try:
        width, height = parse_sps(codec, unit)
    except Malformed:
        return
    assert width > 0
    assert height > 0
