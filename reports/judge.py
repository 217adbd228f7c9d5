"""Sets readings against rules. It has no idea what a socket is, and cannot be kind."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from config.schema import Condition, FaultRule, Rule
from probe.model import Gap, Measured, NotMeasured, Reading, Value

Read = Callable[[str], Reading]


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"
    NOT_DUE = "not-due"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule set against one subject's readings. `values` stand in the order of the rule's conditions."""

    rule: Rule
    verdict: Verdict
    values: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class PictureFaults:
    """The faults that were found on a picture, and for each that could not be judged, why."""

    found: tuple[str, ...]
    gaps: dict[str, Gap]


def judge(rule: Rule, read: Read) -> Finding:
    """Met when all conditions hold, not met when one measured value fails, else unknown."""
    readings = [read(condition.metric) for condition in rule.all]
    values = tuple(r.value if isinstance(r, Measured) else None for r in readings)
    return Finding(rule, _verdict(rule, readings), values)


def picture_faults(rules: Iterable[FaultRule], read: Read) -> PictureFaults:
    """Judge every fault that is declared. What cannot be judged is a gap, never silently absent."""
    found: list[str] = []
    gaps: dict[str, Gap] = {}
    for rule in rules:
        outcome = _fault(rule, read)
        if isinstance(outcome, Gap):
            gaps[rule.id] = outcome
        elif outcome:
            found.append(rule.id)
    return PictureFaults(tuple(found), gaps)


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


def _verdict(rule: Rule, readings: list[Reading]) -> Verdict:
    pairs = list(zip(rule.all, readings, strict=True))
    if any(isinstance(r, Measured) and not holds(condition, r.value) for condition, r in pairs):
        return Verdict.NOT_MET
    gaps = [r.gap for r in readings if isinstance(r, NotMeasured)]
    if not gaps:
        return Verdict.MET
    # The document decides what a missing feature means; any other gap is simply not known.
    return Verdict(rule.if_unsupported) if set(gaps) == {Gap.UNSUPPORTED} else Verdict.UNKNOWN


def _fault(rule: FaultRule, read: Read) -> bool | Gap:
    if not rule.judged:
        return Gap.NOT_ASKED
    for condition in (*rule.all, *rule.needs):
        match read(condition.metric):
            case NotMeasured(gap=gap):
                return gap
            case Measured():
                pass
    if not all(_holds_now(condition, read) for condition in rule.needs):
        return Gap.TOO_SHORT
    return all(_holds_now(condition, read) for condition in rule.all)


def _holds_now(condition: Condition, read: Read) -> bool:
    reading = read(condition.metric)
    return isinstance(reading, Measured) and holds(condition, reading.value)


def _both_numbers(value: object, limit: object, compare: Callable[[float, float], bool]) -> bool:
    if isinstance(value, bool) or isinstance(limit, bool):
        return False
    return isinstance(value, (int, float)) and isinstance(limit, (int, float)) and compare(value, limit)
