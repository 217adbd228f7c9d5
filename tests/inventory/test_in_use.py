"""Which cameras are there to work: every word that may stand for a camera's state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.load import load_catalogue
from inventory.in_use import OUT_OF_USE, is_out_of_use, is_planned, why_out_of_use, word_out_of_use
from inventory.record import CameraRecord, FieldValue

CATALOGUE = load_catalogue()
AT = datetime(2026, 9, 7, tzinfo=UTC)
WHY = {"停用": "stopped", "拆除": "removed", "拟新建": "planned"}
WORDS = [(field, word) for field in ("life_state", "build_state") for word in CATALOGUE.fields[field].allowed]


def camera(**words: str) -> CameraRecord:
    fields = {name: FieldValue(word, "person", "李老师", AT, True) for name, word in words.items()}
    return CameraRecord("d1.1", "d1", 1, (), fields, answered=True)


@pytest.mark.parametrize(("field", "word"), WORDS)
def test_stopped_removed_and_planned_cameras_are_out_of_use_and_no_others(field: str, word: str) -> None:
    assert why_out_of_use(camera(**{field: word})) == WHY.get(word)


@pytest.mark.parametrize(("field", "word"), WORDS)
def test_only_a_planned_camera_is_not_there_yet(field: str, word: str) -> None:
    assert is_planned(camera(**{field: word})) == (word == "拟新建")


def test_every_word_that_puts_a_camera_out_of_use_may_be_typed() -> None:
    assert {(field, word) for field, words in OUT_OF_USE.items() for word in words} <= set(WORDS)


def test_a_camera_has_at_least_one_channel() -> None:
    assert (camera().numbers, replace(camera(), channels=(2, 3)).numbers) == ((1,), (2, 3))


def test_a_camera_of_which_nobody_said_anything_is_in_use() -> None:
    assert not is_out_of_use(camera())


def test_a_built_camera_that_was_removed_is_out_of_use_by_the_word_for_that() -> None:
    assert word_out_of_use(camera(build_state="已建", life_state="拆除")) == "拆除"
