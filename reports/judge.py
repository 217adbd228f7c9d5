"""Sets readings against rules. It has no idea what a socket is, and cannot be kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from config.schema import Condition, Rule, Signal
from probe.model import Gap, Measured, NotMeasured, Reading, Value
from probe.picture.faults import holds

Read = Callable[[str], Reading]
Said = Callable[[str], object]  # what is on record of the camera under a field; None for nothing


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"
    NOT_DUE = "not-due"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule set against one subject's readings. `values` stand in the order of metrics_of(rule).

    `binding`: the rule judges this subject; otherwise its verdict is shown and does not count.
    """

    rule: Rule
    verdict: Verdict
    values: tuple[Value | None, ...]
    binding: bool = True


def judge(rule: Rule, read: Read, signal: Signal | None = None, said: Said = lambda field: None) -> Finding:
    """Met when all conditions hold, not met when one is measured to fail, else unknown.

    What fails, or what its bounds leave open, is not due yet where all that makes it so is measured. A
    subject whose signal is not known is bound by every rule.
    """
    readings = [read(metric) for metric in metrics_of(rule)]
    values = tuple(one.value if isinstance(one, Measured) else None for one in readings)
    verdict = _applied(rule, said) or _judged(rule, read, is_read=any(value is not None for value in values))
    return Finding(rule, verdict, values, signal is None or signal in rule.binds)


def metrics_of(rule: Rule) -> tuple[str, ...]:
    """Return the metrics of a rule; where there are bounds, the lower one before the upper."""
    named = ((condition.metric, condition.at_most) for condition in rule.all)
    return tuple(metric for pair in named for metric in pair if metric is not None)


def _applied(rule: Rule, said: Said) -> Verdict | None:
    """Return the verdict on a camera of which the rule does not speak, as far as anybody knows."""
    if rule.applies_to is None:
        return None
    value = said(rule.applies_to.field)
    if value is None:
        return Verdict.UNKNOWN
    return None if value == rule.applies_to.value else Verdict.NOT_APPLICABLE


def _judged(rule: Rule, read: Read, *, is_read: bool) -> Verdict:
    verdict = _verdict(rule, [_outcome(condition, read) for condition in rule.all])
    is_open = verdict is Verdict.NOT_MET or (verdict is Verdict.UNKNOWN and is_read)
    is_early = bool(rule.not_due) and all(_outcome(one, read) is True for one in rule.not_due)
    return Verdict.NOT_DUE if is_open and is_early else verdict


def _verdict(rule: Rule, outcomes: list[bool | Gap]) -> Verdict:
    if any(outcome is False for outcome in outcomes):
        return Verdict.NOT_MET
    gaps = {outcome for outcome in outcomes if isinstance(outcome, Gap)}
    if not gaps:
        return Verdict.MET
    # The document decides what a missing feature means; any other gap is simply not known.
    return Verdict(rule.if_unsupported) if gaps == {Gap.UNSUPPORTED} else Verdict.UNKNOWN


def _outcome(condition: Condition, read: Read) -> bool | Gap:
    if condition.at_most is not None:
        return _within(condition, read(condition.metric), read(condition.at_most))
    match read(condition.metric):
        case Measured(value=value):
            return holds(condition, value)
        case gap:
            return gap.gap


def _within(condition: Condition, lower: Reading, upper: Reading) -> bool | Gap:
    """Judge what lies between two bounds: by the worse one that it holds, by the better one that it fails."""
    worse, better = (lower, upper) if condition.op == ">=" else (upper, lower)
    if isinstance(worse, Measured) and holds(condition, worse.value):
        return True
    if isinstance(better, Measured) and _is_number(better.value) and not holds(condition, better.value):
        return False
    gaps = [one.gap for one in (lower, upper) if isinstance(one, NotMeasured)]
    # The limit lies between the bounds, or the one that would tell is not known: nothing is proved.
    return Gap.UNSUPPORTED if gaps == [Gap.UNSUPPORTED] * 2 else Gap.UNCLEAR


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
