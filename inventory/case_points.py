"""The open cases in one sentence for a form, each cause once with what it took down. 系统目前的故障点"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from config.watching import Watching
from config.words import say_in
from inventory.watch import Case, Subject

_MOST = 8  # named one by one; the others are only counted
Named = Callable[[Case], str]


def fault_points_of_cases(
    cases: Iterable[Case],
    named: Named,
    watching: Watching,
    took_down: Mapping[int, int] | None = None,
    unmeasured: Sequence[str] = (),
) -> str:
    """Return what is open, or that nothing is; and what was not measured: it is not known to be sound.

    `named` gives the spot or device of a case, `took_down` how many cameras a cause took with it. It is in
    Chinese whatever the reader's language: it is part of a form.
    """
    open_ones = [case for case in cases if case.is_open]
    numbers = {case.id for case in open_ones}
    told = [case for case in open_ones if case.caused_by not in numbers]
    parts = [
        _of_kind(kind, [case for case in told if case.kind == kind], named, watching, took_down or {})
        for kind in watching.kinds
        if any(case.kind == kind for case in told)
    ]
    if unmeasured:
        parts.append(
            say_in("zh", "fault_point.unknown", count=len(unmeasured), names=_listed(list(unmeasured)))
        )
    if not parts:
        return say_in("zh", "fault_point.none")
    return say_in("zh", "fault_point.semicolon").join(parts) + say_in("zh", "fault_point.stop")


def _of_kind(
    kind: str, cases: Sequence[Case], named: Named, watching: Watching, took_down: Mapping[int, int]
) -> str:
    rule = watching.kinds[kind]
    if rule.on == "shared":
        count = sum(took_down.get(case.id, len(case.explains)) for case in cases)
        return say_in("zh", "fault_point.shared", name=rule.name, count=count)
    names = [_with_others(case, named, took_down) for case in sorted(cases, key=_order)]
    key = "fault_point.devices" if rule.on in ("device", "recorder") else "fault_point.channels"
    return say_in("zh", key, name=rule.name, count=len(cases), names=_listed(names))


def _with_others(case: Case, named: Named, took_down: Mapping[int, int]) -> str:
    count = took_down.get(case.id, 0)
    return say_in("zh", "fault_point.with", name=named(case), count=count) if count else named(case)


def _order(case: Case) -> tuple[Subject, int]:
    return (case.subject, case.id)


def _listed(names: list[str]) -> str:
    listed = say_in("zh", "fault_point.comma").join(names[:_MOST])
    return say_in("zh", "fault_point.more", names=listed) if len(names) > _MOST else listed
