"""Every effect as the product's own checks see it, beside a baseline of the healthy view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from config.load import load_catalogue
from probe.memory import Baseline, Job, Memory
from probe.model import AccessUnit, Gap, Grab, Measured, NotMeasured, Picture, Value
from probe.picture.check import outfit_of
from probe.picture.faults import picture_faults
from probe.picture.look import look_at
from probe.sim.effects import EFFECTS, Effect
from probe.sim.encode import render
from probe.sim.lettering import Lettering
from probe.sim.model import Lens, Stream
from probe.sim.view import View, sensor_grain

CATALOGUE = load_catalogue()
OUTFIT = outfit_of(CATALOGUE.settings, CATALOGUE.faults.values())
AT = datetime(2026, 11, 21, 2, 30, 0, tzinfo=UTC)
STREAM = Stream("main", "t", "/p", "H264", 960, 540, 10, 900)
GRAIN = sensor_grain(960, 540)
LETTERS = Lettering()
# These need the other light's baseline, which nobody has set.
ONLY_BY_DAY = ("defocus", "cast")


def grabbed(effect_id: str, at: datetime) -> Grab:
    """Return two keyframes of the view, 4 s apart, as a stream brings them."""
    lens = Lens(1, "操场01", "cam-1", "field", (STREAM,), effect_id)
    view = View(lens, STREAM, "5/cam-1", GRAIN, LETTERS)
    units = []
    for second in (0, 4):
        parts = render(view, STREAM, at + timedelta(seconds=second))
        (picture,) = next(parts)
        parts.close()
        coded = b"".join(b"\0\0\0\1" + nal for nal in picture.nals)
        units.append(AccessUnit(coded, float(second), keyframe=True))
    return Grab(
        codec="H264",
        parameter_sets=b"",
        keyframes=tuple(units),
        pictures=41,
        span_s=4.0,
        bytes_received=sum(len(one.payload) for one in units),
        packets_lost=0,
        fps=10.0,
        kbps=900.0,
        keyframe_interval_s=2.0,
        transport="tcp",
        uri="rtsp://h/",
    )


@cache
def yesterday() -> Memory:
    look = look_at(Job(grabbed("live", AT - timedelta(days=1, hours=1)), AT), OUTFIT)
    assert look.kept is not None
    return Memory(baselines=(Baseline(1, "day", "person", AT, look.kept.record),))


def judged(picture: Picture) -> tuple[tuple[str, ...], dict[str, Gap]]:
    unread = NotMeasured(Gap.NOT_ASKED)
    faults = picture_faults(OUTFIT.faults, lambda metric: picture.readings.get(metric, unread))
    return faults.found, dict(faults.gaps)


def word_of(picture: Picture, metric: str) -> Value | None:
    reading = picture.readings[metric]
    return reading.value if isinstance(reading, Measured) else None


@pytest.mark.parametrize("effect", [one for one in EFFECTS if one.word], ids=lambda one: one.id)
def test_the_checks_name_what_is_wrong_and_nothing_else(effect: Effect) -> None:
    found, _ = judged(look_at(Job(grabbed(effect.id, AT), AT, yesterday()), OUTFIT))
    assert found == (effect.word,)


def test_the_checks_find_nothing_wrong_with_a_healthy_view() -> None:
    assert judged(look_at(Job(grabbed("live", AT), AT, yesterday()), OUTFIT)) == ((), {})


def test_the_checks_find_nothing_wrong_with_a_healthy_night() -> None:
    found, gaps = judged(look_at(Job(grabbed("night", AT), AT, yesterday()), OUTFIT))
    assert (found, set(gaps) <= set(ONLY_BY_DAY)) == ((), True)


def test_a_chart_card_is_found_when_looked_for_and_read_ever_after() -> None:
    found = look_at(Job(grabbed("chart-card", AT), AT, find_card=True), OUTFIT)
    assert found.kept is not None
    later = AT + timedelta(days=1)
    again = look_at(Job(grabbed("chart-card", later), later, Memory(card=found.kept.card)), OUTFIT)
    assert [word_of(look, "tvl_live_by") for look in (found, again)] == ["card", "card"]


def test_without_a_card_in_the_view_none_is_found() -> None:
    look = look_at(Job(grabbed("live", AT), AT, find_card=True), OUTFIT)
    assert look.readings["chart_card"] == NotMeasured(Gap.UNCLEAR, "no card was seen")
