"""TV lines as samples: every known format has the lines that its shape allows."""

from __future__ import annotations

import pytest

from config.load import load_catalogue
from probe.picture.tvl.lines import cycles_of, lines_of, samples_per_height

SHOWN_AS = load_catalogue().settings.picture.shown_as


@pytest.mark.parametrize(
    ("width", "height", "sar", "lines"),
    [
        (352, 288, None, 264),
        (640, 360, None, 360),
        (704, 576, None, 528),
        (704, 576, 12 / 11, 528),
        (960, 1080, None, 540),
        (1080, 960, None, 1920),
        (1280, 720, None, 720),
        (1920, 1080, 1.0, 1080),
        (3840, 2160, None, 2160),
        (1440, 1080, 4 / 3, 810),
    ],
)
def test_a_format_has_as_many_lines_as_samples_in_a_picture_height(
    width: int, height: int, sar: float | None, lines: float
) -> None:
    assert samples_per_height(width, height, sar, SHOWN_AS) == pytest.approx(lines, abs=0.5)


def test_square_pixels_that_an_encoder_only_defaults_to_do_not_overrule_a_known_size() -> None:
    assert samples_per_height(960, 1080, 1.0, SHOWN_AS) == 540


@pytest.mark.parametrize("sar", [0.0, -1.0, 0.01, 50.0])
def test_a_pixel_shape_that_no_camera_has_is_not_believed(sar: float) -> None:
    assert samples_per_height(1920, 1080, sar, SHOWN_AS) == 1080


def test_lines_and_cycles_are_each_others_inverse() -> None:
    assert lines_of(cycles_of(380.0, 1080.0), 1080.0) == pytest.approx(380.0)
