"""Coded pictures: closed GOPs, true parameter sets, and RTP that can be put together again."""

from __future__ import annotations

from datetime import UTC, datetime

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.sim.encode import Picture, is_parameter_set, nal_type, parameter_sets, render, split
from probe.sim.lettering import Lettering
from probe.sim.model import Codec, Lens, Scene, Stream
from probe.sim.places import PLACES
from probe.sim.rtp import packetize
from probe.sim.view import View, sensor_grain

AT = datetime(2026, 11, 21, 2, 30, 0, tzinfo=UTC)
GRAIN = sensor_grain(352, 288)
LETTERS = Lettering()
CODECS: tuple[Codec, ...] = ("H264", "H265")


def stream(codec: Codec) -> Stream:
    return Stream("main", "t", "/p", codec, 352, 288, 10, 300)


def view(codec: Codec, scene: Scene = "gate", image: str = "live") -> View:
    return View(
        Lens(1, "正门01", "cam", scene, (stream(codec),), image), stream(codec), "seed", GRAIN, LETTERS
    )


def gop_of(one: View, codec: Codec, at: datetime = AT) -> list[Picture]:
    return [picture for part in render(one, stream(codec), at) for picture in part]


def decoded(gop: list[Picture], codec: Codec) -> list[NDArray[np.uint8]]:
    decoder = av.CodecContext.create({"H264": "h264", "H265": "hevc"}[codec], "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = []
    for picture in gop:
        frames += decoder.decode(av.Packet(b"".join(b"\0\0\0\1" + nal for nal in picture.nals)))
    frames += decoder.decode(None)
    return [np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8) for frame in frames]


@pytest.mark.parametrize("codec", CODECS)
def test_a_gop_decodes_alone_and_to_the_last_picture(codec: Codec) -> None:
    assert len(decoded(gop_of(view(codec), codec), codec)) == 20


@pytest.mark.parametrize("codec", CODECS)
def test_the_key_picture_comes_alone_and_first(codec: Codec) -> None:
    first = next(iter(render(view(codec), stream(codec), AT)))
    assert [one.keyframe for one in first] == [True]


@pytest.mark.parametrize("codec", CODECS)
def test_only_the_first_picture_is_a_key_picture(codec: Codec) -> None:
    gop = gop_of(view(codec), codec)
    idr = {"H264": {5}, "H265": {19, 20}}[codec]
    assert [any(nal_type(nal, codec) in idr for nal in one.nals) for one in gop] == [True] + [False] * 19


@pytest.mark.parametrize("codec", CODECS)
def test_the_parameter_sets_are_known_before_anything_is_rendered(codec: Codec) -> None:
    assert parameter_sets(stream(codec)) == tuple(
        nal for nal in gop_of(view(codec), codec)[0].nals if is_parameter_set(nal, codec)
    )


@pytest.mark.parametrize("codec", CODECS)
def test_people_move_inside_a_gop(codec: Codec) -> None:
    frames = decoded(gop_of(view(codec), codec), codec)
    # The clock is in the top tenth; below it only people and cars move.
    assert (np.abs(frames[0][40:288].astype(int) - frames[-1][40:288]) > 40).sum() > 100


@pytest.mark.parametrize("scene", sorted({scene for _, scene in PLACES}))
def test_every_scene_has_light_and_texture(scene: Scene) -> None:
    luma = decoded(gop_of(view("H264", scene), "H264"), "H264")[0][:288]
    assert (60 < luma.mean() < 200, luma.std() > 25) == (True, True)


def test_the_clock_on_the_picture_is_the_time_that_was_asked_for() -> None:
    def clock_of(at: datetime) -> NDArray[np.uint8]:
        return decoded(gop_of(view("H264"), "H264", at), "H264")[0][:24, :200]

    one, same, later = clock_of(AT), clock_of(AT), clock_of(AT.replace(second=1))
    assert (np.array_equal(one, same), np.array_equal(one, later)) == (True, False)


def test_annex_b_is_split_at_both_kinds_of_start_code() -> None:
    assert split(b"\0\0\0\1\x67ab\0\0\1\x68c") == [b"\x67ab", b"\x68c"]


@pytest.mark.parametrize("codec", CODECS)
def test_rtp_payloads_fit_a_packet_and_join_to_the_same_nals(codec: Codec) -> None:
    gop = gop_of(view(codec), codec)
    paced = packetize(gop, codec)
    assert all(len(payload) <= 1400 for picture in paced for payload in picture.payloads)
    assert [joined(picture.payloads, codec) for picture in paced] == [list(picture.nals) for picture in gop]


def joined(payloads: tuple[bytes, ...], codec: Codec) -> list[bytes]:
    """Put fragments together as RFC 6184 §5.8 and RFC 7798 §4.4.3 say."""
    nals: list[bytes] = []
    for payload in payloads:
        fragment = {"H264": 28, "H265": 49}[codec]
        if nal_type(payload, codec) != fragment:
            nals.append(payload)
            continue
        header = payload[1] if codec == "H264" else payload[2]
        if header & 0x80:
            kind = header & (0x1F if codec == "H264" else 0x3F)
            nals.append(
                bytes([payload[0] & 0xE0 | kind])
                if codec == "H264"
                else bytes([payload[0] & 0x81 | kind << 1, payload[1]])
            )
        nals[-1] += payload[2 if codec == "H264" else 3 :]
    return nals
