"""The words of the evidence: every one that is said exists, every one is said, every mistake is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.evidence import Wordbook, load_evidence, load_words

ROOT = Path(__file__).resolve().parents[2]
SAYERS = {
    "guannan-2018": ("reports/guannan", "reports/forms/guannan.py"),
    "chuzhou-2019": ("reports/forms/chuzhou.py",),
}
# Said under a name that is put together.
BUILT = ("signal_", "run_", "fault_", "mode_")


def wordbook(name: str) -> Wordbook:
    return load_evidence(name) if name == "guannan-2018" else load_words(name)


def source(name: str) -> str:
    places = [ROOT / place for place in SAYERS[name]]
    files = [path for place in places for path in (place.rglob("*.py") if place.is_dir() else (place,))]
    return "".join(path.read_text("utf-8") for path in files)


@pytest.mark.parametrize("name", SAYERS)
def test_every_word_that_is_said_exists(name: str) -> None:
    said = set(re.findall(r'said\(\s*"([a-z_0-9]+)"', source(name)))
    assert said - wordbook(name).words.keys() == set()


@pytest.mark.parametrize("name", SAYERS)
def test_every_word_is_said_somewhere(name: str) -> None:
    text = source(name)
    quoted = set(re.findall(r"""["']([a-z_0-9]+)["']""", text))
    unsaid = {key for key in wordbook(name).words.keys() - quoted if not key.startswith(BUILT)}
    assert unsaid == set()


def test_the_columns_of_every_table_fill_the_width_of_the_page() -> None:
    widths = {
        name: sum(span for _, span in heads) for name, heads in load_evidence("guannan-2018").columns.items()
    }
    assert set(widths.values()) == {20}


def test_the_grades_stand_from_the_best_to_the_worst_and_reach_down_to_nothing() -> None:
    limits = [grade.at_least for grade in load_evidence("guannan-2018").grades]
    assert (limits, limits[-1]) == (sorted(limits, reverse=True), 0)
