"""What a look leaves for the next ones: a record fit to be a baseline, and a sample of its texture."""

from __future__ import annotations

from collections.abc import Iterator

from probe.memory import Kept
from probe.picture.check import Look
from probe.picture.record import Reference
from probe.picture.reference import Comparison, read_record, record_of
from probe.picture.texture_sample import sample_of


def kept_of(look: Look, found: frozenset[str]) -> Kept:
    """Return what is worth remembering. A faulty picture neither becomes a baseline nor agrees with one."""
    place = look.job.place
    record = b"" if found or not place.is_comparable else record_of(look.sights)
    return Kept(
        mode=look.mode,
        preset=place.preset or "",
        record=record,
        sample=sample_of(look.last, look.job.grab.codec),
        agrees_with=_agreeing(look) if record else None,
    )


# As far as fixings give with wind and warmth. Below the limit of the fault "moved", so that a head that turns
# a little every night does not take its baseline along.
_SAME_VIEW_PCT = 1.5


def _agreeing(look: Look) -> int | None:
    """Return the baseline or candidate of this light and place that shows the same view."""
    for number, reference in _remembered(look):
        found = look.last.view.moved_from(reference.view)
        if found is not None and found.pct < _SAME_VIEW_PCT:
            return number
    return None


def _remembered(look: Look) -> Iterator[tuple[int, Reference]]:
    judging = look.against if isinstance(look.against, Comparison) and look.against.same_light else None
    if judging is not None:
        yield judging.baseline.id, judging.reference
    preset = look.job.place.preset or ""
    fitting = [one for one in look.job.memory.baselines if one.mode == look.mode and one.preset == preset]
    for one in sorted(fitting, key=lambda one: one.made, reverse=True):
        if judging is None or one.id != judging.baseline.id:
            reference = read_record(one.record)
            if reference is not None:
                yield one.id, reference
