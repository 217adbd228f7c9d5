"""A roll-up from first to last: what is given and kept, who counts, the form, and what a person is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.form import Form
from config.schema import Catalogue
from config.words import say
from inventory.record import FieldValue
from reports.checks.run import figures_that_disagree, with_warnings
from reports.console import Tell
from reports.paper import Paper
from reports.rollup.built import Given, Total
from reports.rollup.expected import Against, Unit, against
from reports.rollup.gather import gather
from reports.rollup.history import keep, recall
from reports.rollup.merge import Merged, merge
from reports.rollup.plans import PLANS
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
    reads = gather(paths, plan.source, catalogue, tell)
    given = [one for read in reads for one in read.submissions]
    troubles = [one for read in reads for one in read.troubles]
    earlier: tuple[Submission, ...] = ()
    if history is not None:
        recalled = recall(history, tuple(plan.source.readers))
        earlier = recalled.submissions
        for path in recalled.broken:
            what, mend = say("rollup.broken_history"), say("rollup.mend_history")
            troubles.append(Trouble("warn", path, "", "", what, mend))
        keep(history, given, made)
    merged = merge((*given, *earlier))
    by_network = any(catalogue.forms[one].per in ("network", "system") for one in plan.source.readers)
    words = catalogue.sheet_words.rollup
    unsure = dict(_unsure(reads, merged, words, by_network=by_network))
    troubles += [_contested(many) for many in merged.contested]
    counting = [one for one in merged.taken if one.key.unit not in map(same_name, unsure)]
    beside = tuple(one for one in counting if one.key.form in plan.beside)
    counting = [one for one in counting if one.key.form not in plan.beside]
    listed = against(units, counting, unsure)
    troubles += [*_namesakes(counting), *_off_list(listed), *_saved_later(merged)]
    desk = Given(
        form, catalogue, listed, district or {}, made, unsure, tuple(_remarks(listed, catalogue)), beside
    )
    built = plan.build(desk)
    troubles += built.troubles
    disagreeing = figures_that_disagree(built.paper, catalogue)
    troubles += [Trouble(one.level, form.name, one.where, "", one.what, one.mend) for one in disagreeing]
    sources = {one.source for one in given}
    return Outcome(
        with_warnings(built.paper, disagreeing),
        listed,
        merged,
        unsure,
        built.totals,
        tuple(dict.fromkeys(troubles)),
        sum(1 for one in counting if one.source not in sources),
        bool(units),
    )


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


def _unsure(
    reads: Iterable[Read], merged: Merged, words: Mapping[str, str], *, by_network: bool
) -> Iterator[tuple[str, str]]:
    """Yield units that sent something that cannot count, and why.

    Where an older file of a unit is sound it counts, unless the broken one may be of another network.
    """
    good = set() if by_network else {one.key.unit for one in merged.taken}
    for read in reads:
        if read.is_broken and read.unit and same_name(read.unit) not in good:
            yield read.unit, words["unsure_broken"]
    for many in merged.contested:
        yield many[0].name, words["unsure_contested"]


def _contested(many: Sequence[Submission]) -> Trouble:
    files = "、".join(sorted(one.source for one in many))
    what = say("rollup.contested", name=many[0].name, files=files)
    return Trouble("error", many[0].source, "", "", what, say("rollup.mend_contested"))


def _namesakes(submissions: Sequence[Submission]) -> Iterator[Trouble]:
    """Yield units that look like one unit under two names, and one that goes by two names."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    alike: dict[tuple[str, str], dict[str, Submission]] = defaultdict(dict)
    for one in submissions:
        names[one.key.unit].setdefault(same_name(one.name), one.name)
        for sign in (one.workspace, one.substance):
            if sign:
                alike[one.key.form, sign].setdefault(one.key.unit, one)
    for spelt in names.values():
        if len(spelt) > 1:
            what = say("rollup.two_names", names="、".join(sorted(spelt.values())))
            yield Trouble("warn", "", "", "", what, say("rollup.mend_two_names"))
    told: set[frozenset[str]] = set()
    for same in alike.values():
        units = frozenset(same)
        if len(units) > 1 and units not in told:
            told.add(units)
            both = sorted(f"{one.name}（{one.source}）" for one in same.values())
            what = say("rollup.twins", units="、".join(both))
            yield Trouble("warn", "", "", "", what, say("rollup.mend_twins"))


def _off_list(listed: Against) -> Iterator[Trouble]:
    for name, near in listed.unlisted:
        perhaps = say("rollup.perhaps", near=near) if near else ""
        what = say("rollup.off_list", name=name, perhaps=perhaps)
        yield Trouble("warn", "", "", "", what, say("rollup.mend_off_list"))
    for name in listed.twice:
        what = say("rollup.listed_twice", name=name)
        yield Trouble("warn", "", "", "", what, say("rollup.mend_listed_twice"))


def _saved_later(merged: Merged) -> Iterator[Trouble]:
    """Yield older sheets that somebody went on working on after the newer one was made."""
    for old, new in merged.replaced:
        if old.is_own and old.saved > new.saved:
            what = say("rollup.saved_later", name=new.name, old=old.source, new=new.source)
            yield Trouble("warn", old.source, "", "", what, say("rollup.mend_saved_later"))


def _remarks(listed: Against, catalogue: Catalogue) -> Iterator[str]:
    """Yield for the 依据 sheet where every unit's numbers are from."""
    words = catalogue.sheet_words
    for name, many in listed.reported.items():
        for one in many:
            at = f"{one.made.astimezone(ZoneInfo(words.timezone)):%Y-%m-%d %H:%M}"
            yield words.rollup["source"].format(name=name, source=Path(one.source).name, made=at)
    if without := [name for name in listed.order if name not in listed.reported]:
        yield words.rollup["silent_remark"].format(units="、".join(without))
