"""Which faults a picture has, by the rules of config/faults.toml. It sees readings and no picture."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.schema import Condition, FaultRule
from probe.model import Gap, Measured, NotMeasured, Reading, Value

Read = Callable[[str], Reading]


@dataclass(frozen=True, slots=True)
class PictureFaults:
    """The faults that were found on a picture, and for each that could not be judged, why.

    `suspected` are those of the open ones that a longer look may yet find, and that would hide others.
    """

    found: tuple[str, ...]
    gaps: Mapping[str, Gap]
    suspected: tuple[str, ...] = ()


def picture_faults(rules: Iterable[FaultRule], read: Read) -> PictureFaults:
    """Judge every fault that is declared. What cannot be judged is a gap, never silently absent."""
    rules = tuple(rules)
    outcomes = {rule.id: _outcome(rule, read) for rule in rules}
    hidden = {rule.id for rule in rules if any(outcomes.get(other) is True for other in rule.hidden_by)}
    # With one keyframe a no-signal card is not told from a scene: it may still be what looks covered.
    short = {one for one, outcome in outcomes.items() if outcome is Gap.TOO_SHORT}
    doubted = {
        rule.id for rule in rules if outcomes[rule.id] is True and not short.isdisjoint(rule.hidden_by)
    }
    found = tuple(one for one, outcome in outcomes.items() if outcome is True and one not in hidden | doubted)
    gaps = {one: outcome for one, outcome in outcomes.items() if isinstance(outcome, Gap)}
    gaps |= dict.fromkeys(sorted(doubted), Gap.TOO_SHORT) | dict.fromkeys(sorted(hidden), Gap.HIDDEN)
    suspected = short & {other for rule in rules for other in rule.hidden_by}
    return PictureFaults(found, gaps, tuple(sorted(suspected)))


def holds(condition: Condition, value: Value) -> bool:
    """Say whether a measured value satisfies one condition. Values of another type never do."""
    limit = condition.limit
    match condition.op:
        case "in":
            return isinstance(limit, tuple) and value in limit
        case "==":
            return value == limit
        case "<":
            return _both_numbers(value, limit, operator.lt)
        case "<=":
            return _both_numbers(value, limit, operator.le)
        case ">=":
            return _both_numbers(value, limit, operator.ge)
        case ">":
            return _both_numbers(value, limit, operator.gt)


def _outcome(rule: FaultRule, read: Read) -> bool | Gap:
    for condition in rule.needs:
        reading = read(condition.metric)
        if isinstance(reading, NotMeasured):
            return reading.gap
        if not holds(condition, reading.value):
            return Gap.TOO_SHORT
    outcomes = [_way(way, read) for way in rule.ways]
    if any(outcome is True for outcome in outcomes):
        return True
    return next((outcome for outcome in outcomes if isinstance(outcome, Gap)), False)


def _way(conditions: Sequence[Condition], read: Read) -> bool | Gap:
    """One measured condition that fails settles it, whatever the others would say."""
    readings = [(condition, read(condition.metric)) for condition in conditions]
    if any(isinstance(one, Measured) and not holds(condition, one.value) for condition, one in readings):
        return False
    return next((one.gap for _, one in readings if isinstance(one, NotMeasured)), True)


def _both_numbers(value: object, limit: object, compare: Callable[[float, float], bool]) -> bool:
    if isinstance(value, bool) or isinstance(limit, bool):
        return False
    return isinstance(value, (int, float)) and isinstance(limit, (int, float)) and compare(value, limit)
