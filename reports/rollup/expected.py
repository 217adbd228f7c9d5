"""The list of units that ought to report: names, with codes where there are any; from xlsx or text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from inventory.sheet_sums import plain
from inventory.sheets import Raw, open_sheet
from reports.rollup.submission import Submission, same_name
from reports.rollup.table import text_of
from reports.rollup.whose import AT

_NAME_HEADS = ("学校（幼儿园）名称", "学校名称", "单位名称", "所属单位名称", "名称", "学校", "单位")
_CODE_HEADS = ("单位编号", "单位代码", "学校代码", "编号", "代码")
_MOST_TEXT = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Unit:
    name: str
    code: str = ""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(same_name(one) for one in (self.name, self.code) if one)


@dataclass(frozen=True, slots=True)
class Against:
    """The units in the list's order, each with its submissions; those without; and those off the list."""

    order: tuple[str, ...]  # listed units as the list has them, then others by name
    reported: Mapping[str, tuple[Submission, ...]]  # by unit name, in that order
    silent: tuple[str, ...]
    unlisted: tuple[tuple[str, str], ...]  # a unit's name, and the listed one that it may be
    twice: tuple[str, ...]  # listed more than once


def read_units(path: Path) -> tuple[Unit, ...]:
    """Return the units in their order. Raise UsageError for a file that holds none."""
    units = _from_sheet(path) if path.suffix.lower() in (".xlsx", ".xlsm", ".xls") else _from_text(path)
    if not units:
        raise UsageError(say("rollup.no_units", path=path))
    return units


def against(units: Sequence[Unit], submissions: Iterable[Submission], unsure: Iterable[str] = ()) -> Against:
    """Set what came in against the list. With no list every unit that reported is on it.

    `unsure` are units that sent something that cannot count: they have reported, and have no numbers.
    """
    by_unit: dict[str, list[Submission]] = {}
    known = _known(units)
    off_list: dict[str, str] = {}
    came = sorted(submissions, key=lambda one: (same_name(one.name), one.key))
    called = _called(came, known)
    for one in came:
        name = called[one.key.unit]
        if units and name not in known.values():
            off_list[name] = _near(one.name, units)
        by_unit.setdefault(name, []).append(one)
    names = list(dict.fromkeys(_shown(unit, units) for unit in units))
    order = {name: place for place, name in enumerate(names)}
    sent = list(dict.fromkeys((*by_unit, *(known.get(same_name(one), one) for one in unsure))))
    others = sorted(name for name in sent if name not in order)
    seen = [same_name(_shown(unit, units)) for unit in units]
    return Against(
        (*names, *others),
        {name: tuple(by_unit[name]) for name in (*names, *others) if name in by_unit},
        tuple(name for name in names if name not in sent),
        tuple(off_list.items()),
        tuple(name for name in names if seen.count(same_name(name)) > 1),
    )


def called(name: str, units: Sequence[Unit]) -> str:
    """Return how the list calls a unit that is given by name or code; the same where it is not on it."""
    return _known(units).get(same_name(name), name)


def _known(units: Sequence[Unit]) -> dict[str, str]:
    """Return the listed names by name and code. A name that two units bear tells neither."""
    names = [same_name(unit.name) for unit in units]
    known: dict[str, str] = {}
    for unit in reversed(units):
        shown = _shown(unit, units)
        keys = (
            unit.keys if names.count(same_name(unit.name)) == 1 or not unit.code else {same_name(unit.code)}
        )
        known |= dict.fromkeys(keys, shown)
    return known


def _shown(unit: Unit, units: Sequence[Unit]) -> str:
    """Return a unit's name, with its code where another one bears the same."""
    twins = [one for one in units if same_name(one.name) == same_name(unit.name)]
    return f"{unit.name}（{unit.code}）" if len(twins) > 1 and unit.code else unit.name


def _called(came: Sequence[Submission], known: Mapping[str, str]) -> dict[str, str]:
    """Return a name for each unit that sent something; where several have one, the code stands behind it."""
    found: dict[str, str] = {}
    ordered = sorted(came, key=lambda one: (known.get(one.key.unit) is None, one.key))
    for one in ordered:
        if one.key.unit not in found:
            name = known.get(one.key.unit) or known.get(same_name(one.name)) or one.name
            is_taken = name in found.values()
            sign = one.key.unit.rpartition(AT)[2]
            found[one.key.unit] = f"{one.name}（{sign}）" if is_taken else name
    return found


def _near(name: str, units: Sequence[Unit]) -> str:
    """Return the listed unit that it may be; 第一小学 is never 第二小学."""
    alike = [unit.name for unit in units if _numerals(unit.name) == _numerals(name)]
    return next(iter(difflib.get_close_matches(name, alike, 1)), "")


def _numerals(name: str) -> list[str]:
    return re.findall(r"[0-9]+|[一二三四五六七八九十]+", same_name(name))


def _from_text(path: Path) -> tuple[Unit, ...]:
    try:
        content = path.read_bytes()[:_MOST_TEXT]
    except OSError as error:
        raise UsageError(say("rollup.list_denied", path=path, why=system_words(error))) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Notepad on a Chinese Windows saves GBK unless told otherwise.
        text = content.decode("gb18030", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise UsageError(say("rollup.list_encoding", path=path))
    lines = (re.split(r"[\t,，;；]", line.strip()) for line in text.splitlines() if line.strip())
    return tuple(_unit([part.strip() for part in parts]) for parts in lines if not parts[0].startswith("#"))


def _unit(parts: Sequence[str]) -> Unit:
    """A code has digits or letters only; a name has other signs too."""
    codes = [part for part in parts if re.fullmatch(r"[0-9A-Za-z-]{4,}", part, re.ASCII)]
    names = [part for part in parts if part and part not in codes]
    return Unit(names[0] if names else codes[0], codes[0] if codes and names else "")


def _from_sheet(path: Path) -> tuple[Unit, ...]:
    page = next((one for one in open_sheet(path).pages.values() if one.visible), None)
    rows = page.rows if page else ()
    for number, row in enumerate(rows[:30]):
        names = [place for place, value in enumerate(row) if plain(value) in map(plain, _NAME_HEADS)]
        codes = [place for place, value in enumerate(row) if plain(value) in map(plain, _CODE_HEADS)]
        if names:
            return tuple(_units(rows[number + 1 :], names[0], codes[0] if codes else None))
    return tuple(_units(rows, 0, None))


def _units(rows: Sequence[Sequence[Raw]], name: int, code: int | None) -> Iterable[Unit]:
    for row in rows:
        said = text_of(row[name]) if name < len(row) else None
        if said is not None:
            coded = text_of(row[code]) if code is not None and code < len(row) else None
            yield Unit(said, coded or "")
