"""Where a card hangs, it alone says how many lines there are; one too small to read says nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.memory import Memory
from probe.model import Measured, NotMeasured, Readings
from probe.picture.card.sheet import draw
from probe.picture.tvl.proof import PROOF, card_of

Luma = NDArray[np.uint8]
Make = Callable[..., Any]


def with_card(luma: Luma, side: float) -> Luma:
    card = np.round(30 + 180 * draw(side)).astype(np.uint8)
    luma[20 : 20 + card.shape[0], 20 : 20 + card.shape[1]] = card
    return luma


def lines(readings: Readings) -> tuple[int, int]:
    least, most = readings["tvl_live_at_least"], readings["tvl_live_at_most"]
    assert isinstance(least, Measured)
    assert isinstance(most, Measured)
    assert isinstance(least.value, int)
    assert isinstance(most.value, int)
    return least.value, most.value


def test_a_card_in_view_settles_it_when_it_is_asked_for(look_of: Make, blocks_of: Make) -> None:
    read = PROOF.read(look_of([with_card(blocks_of(sigma=3.0), 60.0)], find_card=True), {}, frozenset())
    assert read["tvl_live_by"].value == "card"  # type: ignore[union-attr]
    assert lines(read)[0] > 380


def test_the_card_is_remembered_and_then_read_without_a_search(look_of: Make, blocks_of: Make) -> None:
    luma = with_card(blocks_of(), 60.0)
    first = look_of([luma], find_card=True)
    card = card_of(first, PROOF.read(first, {}, frozenset()))
    assert card is not None
    again = look_of([luma], memory=Memory(card=card))
    assert (
        PROOF.read(again, {}, frozenset())["tvl_live_by"] == PROOF.read(first, {}, frozenset())["tvl_live_by"]
    )


def test_nobody_searches_unasked(look_of: Make, blocks_of: Make) -> None:
    look = look_of([with_card(blocks_of(), 60.0)])
    read = PROOF.read(look, {}, frozenset())
    assert isinstance(read["chart_card"], NotMeasured)
    assert card_of(look, read) is None


def test_the_error_is_wider_for_a_codec_that_blurs_more(look_of: Make, blocks_of: Make) -> None:
    luma = np.asarray(cv2.GaussianBlur(with_card(blocks_of(), 60.0), (0, 0), 1.0), np.uint8)
    h264, h265 = (
        lines(PROOF.read(look_of([luma], find_card=True, codec=codec), {}, frozenset()))[0]
        for codec in ("H264", "H265")
    )
    assert h265 / h264 == pytest.approx(0.83 / 0.9, abs=0.01)


def test_a_card_too_small_to_read_leaves_the_word_to_the_scene(look_of: Make, blocks_of: Make) -> None:
    read = PROOF.read(look_of([with_card(blocks_of(), 28.0)], find_card=True), {}, frozenset())
    assert read["tvl_live_by"].value != "card"  # type: ignore[union-attr]
