"""The printed card: exact to the millimetre, found by our own search, with distances that follow from it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.picture.card.find import find_card
from probe.picture.card.read import square_side
from reports.card_pdf import Paper, farthest_m, write_card

SIDES_MM: dict[Paper, int] = {"A4": 92, "A3": 131}
needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm draws the page")


def page(folder: Path, paper: Paper, number: int, dpi: int) -> NDArray[np.uint8]:
    write_card(folder / "card.pdf", paper)
    asked = ["-r", str(dpi), "-f", str(number), "-l", str(number), "-gray", "-singlefile", "-png"]
    subprocess.run(["pdftoppm", *asked, folder / "card.pdf", folder / "page"], check=True)
    return np.asarray(cv2.imread(str(folder / "page.png"), cv2.IMREAD_GRAYSCALE), np.uint8)


@needs_poppler
@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_the_card_is_found_on_the_page_and_has_its_size(tmp_path: Path, paper: Paper) -> None:
    card = find_card(page(tmp_path, paper, 1, 50))
    assert card is not None
    assert square_side(card) * 25.4 / 50 == pytest.approx(SIDES_MM[paper], abs=1.0)


@needs_poppler
@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_nothing_runs_into_the_margin_that_printers_leave_blank(tmp_path: Path, paper: Paper) -> None:
    for number in (1, 2):
        drawn = page(tmp_path, paper, number, 50)
        rim = round(7.5 / 25.4 * 50)
        drawn[rim:-rim, rim:-rim] = 255
        assert int(drawn.min()) > 250


@needs_poppler
def test_the_greys_are_told_apart_from_paper_and_marker(tmp_path: Path) -> None:
    levels = np.bincount(page(tmp_path, "A4", 1, 50).ravel(), minlength=256)
    common = sorted(int(level) for level in np.argsort(levels)[-4:])
    assert common[0] == 0
    assert common[3] == 255
    assert 110 < common[1] < 140
    assert 220 < common[2] < 245


def test_the_same_card_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        write_card(tmp_path / name, "A4")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_wider_lens_needs_a_nearer_card() -> None:
    distances = [farthest_m(92, 1920, 1080, angle) for angle in (60, 80, 100)]
    assert distances == sorted(distances, reverse=True)
    assert distances[1] == pytest.approx(2.6, abs=0.1)
