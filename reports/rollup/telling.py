"""What a person is told of a roll-up: who is taken for whom, what is doubtful, where the numbers are from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from config.schema import Catalogue
from config.words import say
from reports.local_time import to_the_minute
from reports.rollup.expected import Against
from reports.rollup.merge import Merged, is_ahead
from reports.rollup.submission import Submission, Trouble, open_in, same_name

_SHOWN = 5  # names in a sentence


def of_merging(merged: Merged, now: datetime, zone: tzinfo) -> Iterator[Trouble]:
    """Yield what is contested, worked on after it was replaced, or made at a time that cannot be."""
    for many in merged.contested:
        yield _error(many, say("rollup.contested", name=many[0].name, files=_files(many)), "mend_contested")
    for many in merged.namesakes:
        is_coded = many[0].key.unit not in {same_name(one.name) for one in many}
        key, mend = "one_code" if is_coded else "namesakes", "mend_namesakes"
        if len({one.workspace for one in many if one.is_own}) < 2:
            key, mend = "unplaced", "mend_unplaced"
        names = "、".join(dict.fromkeys(one.name for one in many))
        yield _error(many, say(f"rollup.{key}", name=names, files=_files(many)), mend)
    for old, new in merged.replaced:
        if old.is_own and old.saved > new.saved and not is_ahead(old, now):
            what = say("rollup.saved_later", name=new.name, old=old.source, new=new.source)
            yield Trouble("warn", old.source, "", "", what, say("rollup.mend_saved_later"))
    for one in (*merged.taken, *merged.repeated, *(old for old, _ in merged.replaced)):
        if is_ahead(one, now):
            what = say("rollup.ahead", name=one.name, made=f"{one.made.astimezone(zone):%Y-%m-%d}")
            yield Trouble("warn", one.source, "", "", what, say("rollup.mend_ahead"))


def of_units(submissions: Sequence[Submission], listed: Against) -> Iterator[Trouble]:
    """Yield units that may be one, or are called alike, those off the list, and unlike ways of counting."""
    yield from _namesakes(submissions)
    yield from _off_list(listed)
    yield from _scopes(submissions)


def of_guesses(submissions: Iterable[Submission]) -> Iterator[Trouble]:
    """Yield for each unit how many of its cells nobody has confirmed."""
    cells: dict[str, int] = defaultdict(int)
    first: dict[str, Submission] = {}
    for one in submissions:
        unit = first.setdefault(one.key.unit, one)
        cells[unit.key.unit] += sum(len(open_in(row)) for row in one.rows.to_dict("records"))
    for key, count in cells.items():
        if count:
            what = say("rollup.guesses", name=first[key].name, count=count)
            yield Trouble("warn", first[key].source, "", "", what, say("rollup.mend_guesses"))


def remarks(listed: Against, catalogue: Catalogue) -> Iterator[str]:
    """Yield for the 依据 sheet where every unit's numbers are from."""
    words = catalogue.sheet_words
    for name, many in listed.reported.items():
        for one in many:
            at = to_the_minute(one.made, catalogue.settings.zone)
            yield words.rollup["source"].format(name=name, source=Path(one.source).name, made=at)
    if without := [name for name in listed.order if name not in listed.reported]:
        yield words.rollup["silent_remark"].format(units="、".join(without))


def _error(many: Sequence[Submission], what: str, mend: str) -> Trouble:
    return Trouble("error", many[0].source, "", "", what, say(f"rollup.{mend}"))


def _files(many: Iterable[Submission]) -> str:
    return "、".join(sorted({one.source for one in many}))


def _some(names: Collection[str]) -> str:
    shown = "、".join(list(names)[:_SHOWN])
    return shown if len(names) <= _SHOWN else say("rollup.some", names=shown, count=len(names))


def _namesakes(submissions: Sequence[Submission]) -> Iterator[Trouble]:
    """Yield units that look like one unit under two names, and one that goes by two names, or two by one."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    units: dict[str, dict[str, Submission]] = defaultdict(dict)
    alike: dict[tuple[str, str], dict[str, Submission]] = defaultdict(dict)
    for one in submissions:
        names[one.key.unit].setdefault(same_name(one.name), one.name)
        units[same_name(one.name)].setdefault(one.key.unit, one)
        for sign in (one.workspace, one.substance):
            if sign:
                alike[one.key.form, sign].setdefault(one.key.unit, one)
    for spelt in names.values():
        if len(spelt) > 1:
            what = say("rollup.two_names", names="、".join(sorted(spelt.values())))
            yield Trouble("warn", "", "", "", what, say("rollup.mend_two_names"))
    for called in units.values():
        if len(called) > 1:
            name = next(iter(called.values())).name
            what = say("rollup.one_name", name=name, files=_files(called.values()))
            yield Trouble("warn", "", "", "", what, say("rollup.mend_one_name"))
    told: set[frozenset[str]] = set()
    for same in alike.values():
        twins = frozenset(same)
        if len(twins) > 1 and twins not in told:
            told.add(twins)
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


def _scopes(submissions: Iterable[Submission]) -> Iterator[Trouble]:
    """Yield that some list every camera and others those in scope alone: their sums are not of one thing."""
    by_scope: dict[str, dict[str, None]] = defaultdict(dict)
    for one in submissions:
        if one.scope:
            by_scope[one.scope][one.name] = None
    if len(by_scope) > 1:
        what = say("rollup.scopes", all=_some(by_scope["all"]), others=_some(by_scope["in-scope"]))
        yield Trouble("warn", "", "", "", what, say("rollup.mend_scopes"))
