"""A roll-up from first to last: what is given and kept, who counts, the form, and what a person is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.form import Form
from config.schema import Catalogue
from config.words import say
from inventory.record import FieldValue
from reports.checks.problem import Problem
from reports.checks.run import figures_that_disagree, with_warnings
from reports.console import Tell
from reports.paper import Paper
from reports.rollup import telling
from reports.rollup.built import Built, Given, Total
from reports.rollup.expected import Against, Unit, against, called
from reports.rollup.gather import gather
from reports.rollup.history import Recalled, keep, recall
from reports.rollup.merge import Merged, merge
from reports.rollup.plans import PLANS, Plan
from reports.rollup.sheets import Read
from reports.rollup.submission import Submission, Trouble, same_name

SCHEMA = "camcensus/rollup/1"


@dataclass(frozen=True, slots=True)
class Outcome:
    paper: Paper
    against: Against
    merged: Merged
    unsure: Mapping[str, str]
    totals: Mapping[str, Total]
    troubles: tuple[Trouble, ...]
    recalled: int  # units whose submission is one of the history
    has_list: bool

    @property
    def is_clean(self) -> bool:
        return not any(one.level == "error" for one in self.troubles)


def roll_up(
    form: Form,
    paths: Sequence[Path],
    catalogue: Catalogue,
    *,
    units: Sequence[Unit] = (),
    district: Mapping[str, FieldValue] | None = None,
    history: Path | None = None,
    made: datetime,
    tell: Tell | None = None,
) -> Outcome:
    """Read everything, take the newest of every unit, and fill the form. One broken file stops no other.

    With a `history` what is received is kept there, and what was received earlier counts too.
    """
    plan = PLANS[form.id]
    received = _receive(paths, catalogue, plan, history, made, tell)
    counted = _count(received, catalogue, plan, units)
    remarks = tuple(telling.remarks(counted.listed, catalogue))
    desk = Given(
        form, catalogue, counted.listed, district or {}, made, counted.unsure, remarks, counted.beside
    )
    built = plan.build(desk)
    wrong = figures_that_disagree(built.paper, catalogue)
    sources = {one.source for read in received.reads for one in read.submissions}
    return Outcome(
        with_warnings(built.paper, wrong),
        counted.listed,
        received.merged,
        counted.unsure,
        built.totals,
        tuple(dict.fromkeys(_troubles(received, counted, built, wrong, desk))),
        sum(1 for one in counted.own if one.source not in sources),
        bool(units),
    )


@dataclass(frozen=True, slots=True)
class _Received:
    """What came in now and earlier, and of every unit what is the newest."""

    reads: tuple[Read, ...]
    earlier: Recalled
    merged: Merged


@dataclass(frozen=True, slots=True)
class _Counted:
    """What counts, what is only compared with the result, and who cannot count: by name, with the reason."""

    own: tuple[Submission, ...]
    beside: tuple[Submission, ...]
    listed: Against
    unsure: Mapping[str, str]


def _receive(
    paths: Sequence[Path],
    catalogue: Catalogue,
    plan: Plan,
    history: Path | None,
    made: datetime,
    tell: Tell | None,
) -> _Received:
    """Read what is given, keep it where there is a history, and set it against what came earlier."""
    reads = gather(paths, plan.source, catalogue, tell)
    given = [one for read in reads for one in read.submissions]
    earlier = Recalled((), ())
    if history is not None:
        earlier = recall(history, tuple(plan.source.readers))
        keep(history, given, made)
    return _Received(reads, earlier, merge((*given, *earlier.submissions), made))


def _count(received: _Received, catalogue: Catalogue, plan: Plan, units: Sequence[Unit]) -> _Counted:
    out = _left_out(received.reads, received.merged, catalogue, plan)
    counting = [one for one in received.merged.taken if one.key.unit not in out.keys]
    own = tuple(one for one in counting if one.key.form not in plan.beside)
    beside = tuple(one for one in counting if one.key.form in plan.beside)
    unsure = {called(name, units): why for name, why in out.why.items()}
    return _Counted(own, beside, against(units, own, out.why), unsure)


def _troubles(
    received: _Received, counted: _Counted, built: Built, wrong: Iterable[Problem], desk: Given
) -> Iterator[Trouble]:
    """Yield all that a person is told: of files, of units, of figures."""
    for read in received.reads:
        yield from read.troubles
    for path in received.earlier.broken:
        yield Trouble("warn", path, "", "", say("rollup.broken_history"), say("rollup.mend_history"))
    yield from telling.of_merging(received.merged, desk.made, desk.catalogue.settings.zone)
    yield from telling.of_units(counted.own, counted.listed)
    yield from telling.of_guesses(counted.own)
    yield from built.troubles
    for one in wrong:
        where = "" if one.where == desk.form.name else one.where  # its name is told once
        yield Trouble(one.level, desk.form.name, where, "", one.what, one.mend)


def as_json(outcome: Outcome, form: Form, out: Path) -> dict[str, Any]:
    """Return the result for scripts. What is not known is null."""
    return {
        "schema": SCHEMA,
        "form": form.id,
        "out": str(out),
        "reported": [
            {
                "unit": name,
                "sources": sorted({one.source for one in many}),
                "made": max(one.made for one in many).isoformat(),
            }
            for name, many in outcome.against.reported.items()
        ],
        "silent": list(outcome.against.silent) if outcome.has_list else None,
        "unsure": dict(outcome.unsure),
        "unlisted": [{"unit": name, "perhaps": near or None} for name, near in outcome.against.unlisted],
        "replaced": [
            {"unit": new.name, "old": old.source, "old_made": old.made.isoformat(), "new": new.source}
            for old, new in outcome.merged.replaced
        ],
        "repeated": len(outcome.merged.repeated),
        "from_history": outcome.recalled,
        "totals": dict(outcome.totals),
        "troubles": [
            {
                "level": t.level,
                "file": t.file,
                "sheet": t.sheet,
                "cell": t.cell,
                "what": t.what,
                "mend": t.mend,
            }
            for t in outcome.troubles
        ],
    }


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Units that sent something that cannot count: by key, and by name or code with the reason."""

    keys: frozenset[str]
    why: Mapping[str, str]


def _left_out(reads: Iterable[Read], merged: Merged, catalogue: Catalogue, plan: Plan) -> _LeftOut:
    """Return who sent something that cannot count.

    Where an older file of a unit is sound it counts, unless the broken one may be of another network.
    """
    words = catalogue.sheet_words.rollup
    by_network = any(catalogue.forms[one].per in ("network", "system") for one in plan.source.readers)
    sound = () if by_network else merged.taken
    good = {unit for one in sound for unit in (one.key.unit, same_name(one.name))}
    broken = [one for one in reads if one.is_broken and one.unit and same_name(one.unit) not in good]
    why = {one.unit: words["unsure_broken"] for one in broken}
    why |= {many[0].name: words["unsure_contested"] for many in merged.contested}
    why |= {one.name: words["unsure_namesakes"] for many in merged.namesakes for one in many}
    rivals = (*merged.contested, *merged.namesakes)
    keys = {same_name(one.unit) for one in broken} | {many[0].key.unit for many in rivals}
    return _LeftOut(frozenset(keys), why)
