"""What a baseline keeps, and which of several a look is set against."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.memory import Baseline, Memory, Place
from probe.picture.frames import Frame
from probe.picture.reference import compare_with, read_record, record_of
from probe.picture.sight import Sight

Make = Callable[..., Any]
CHANCE = np.random.default_rng(7)


def sight(luma: Any) -> Sight:  # noqa: ANN401  a plane of numbers
    chroma = np.full((luma.shape[0] // 2, luma.shape[1] // 2), 128, np.uint8)
    frame = Frame(0.0, np.asarray(luma, np.uint8), (chroma, chroma), bits=8, full_range=False)
    return Sight(frame, 480)


def busy(height: int = 360, width: int = 640) -> Sight:
    blocks = CHANCE.integers(30, 220, (-(-height // 8), -(-width // 8)))
    return sight(np.kron(blocks, np.ones((8, 8)))[:height, :width])


RECORD = record_of((busy(),))


def test_a_record_gives_back_what_was_put_in() -> None:
    seen = busy()
    reference = read_record(record_of((seen,)))
    assert reference is not None
    assert (reference.width, reference.height) == (640, 360)
    np.testing.assert_allclose(reference.texture, seen.texture, rtol=1e-6)
    assert np.abs(reference.grey.astype(int) - seen.luma).mean() < 4


def test_a_record_of_pure_noise_in_4k_still_fits_into_60_kb() -> None:
    record = record_of((sight(CHANCE.integers(0, 255, (2160, 3840), np.uint8)),))
    assert len(record) <= 60_000


def test_an_empty_wall_gives_no_record() -> None:
    assert record_of((sight(np.full((360, 640), 120)),)) == b""


def test_a_picture_of_a_few_pixels_gives_no_record() -> None:
    assert record_of((busy(16, 16),)) == b""


def test_whoever_walks_by_is_no_part_of_the_texture() -> None:
    empty = np.full((360, 640), 120)
    empty[:180] = busy().luma[:180]
    passed = empty.copy()
    passed[200:340, 100:300] = busy().luma[200:340, 100:300]
    reference = read_record(record_of((sight(empty), sight(passed))))
    assert reference is not None
    assert float(reference.texture[7:].max()) < 2.5


@given(st.binary(max_size=4000))
def test_any_bytes_are_a_reference_or_none(junk: bytes) -> None:
    assert read_record(junk) is None


@given(st.integers(9, len(RECORD) - 1), st.binary(min_size=1, max_size=40))
def test_a_damaged_record_with_a_right_checksum_is_a_reference_or_none(at: int, junk: bytes) -> None:
    body = (RECORD[9:at] + junk + RECORD[at + len(junk) :])[: len(RECORD) - 9]
    reference = read_record(RECORD[:5] + zlib.crc32(body).to_bytes(4, "little") + body)
    assert reference is None or bool(np.isfinite(reference.texture).all())


def test_a_record_with_one_flipped_bit_is_none() -> None:
    damaged = bytearray(RECORD)
    damaged[len(damaged) // 2] ^= 1
    assert read_record(bytes(damaged)) is None


def test_a_record_of_another_version_is_none() -> None:
    assert read_record(b"look9" + RECORD[5:]) is None


DAY = Baseline(1, "day", "nights", datetime(2026, 11, 1, tzinfo=UTC), RECORD)
NEWER = replace(DAY, id=2, made=datetime(2026, 11, 9, tzinfo=UTC))
BY_HAND = replace(DAY, id=3, by="person")
NIGHT = replace(DAY, id=4, mode="night", by="person")
CANDIDATE = replace(NEWER, id=5, by="candidate")
AT_GATE = replace(NEWER, id=6, preset="gate")
DAMAGED = replace(BY_HAND, id=7, record=b"look1")


@pytest.mark.parametrize(
    ("known", "chosen", "same_light"),
    [
        ((DAY, NEWER), 2, True),
        ((NEWER, BY_HAND, DAY), 3, True),
        ((NIGHT, DAY), 1, True),
        ((NIGHT,), 4, False),
        ((CANDIDATE, DAY), 1, True),
        ((AT_GATE, DAY), 1, True),
        ((DAMAGED, DAY), 1, True),
    ],
    ids=["newest", "a-person's", "same-light", "other-light", "no-candidate", "same-preset", "readable"],
)
def test_which_baseline_is_chosen_by_day(known: tuple[Baseline, ...], chosen: int, same_light: bool) -> None:
    comparison = compare_with(Memory(known), "day", Place())
    assert comparison is not None
    assert (comparison.baseline.id, comparison.same_light) == (chosen, same_light)


def test_candidates_and_other_presets_are_nothing_to_compare_with() -> None:
    assert compare_with(Memory((CANDIDATE, AT_GATE)), "day", Place()) is None
