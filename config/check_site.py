"""Whether what a school typed in its profile fits the fields: every id known, every value of its type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from config.errors import Mistake
from config.schema import Catalogue, Level
from config.site import Site, SystemProfile
from config.values import mistake_in

_TYPED_ABOVE = frozenset(Site.model_fields)


def mistakes_of_site(raw: Mapping[str, Any], catalogue: Catalogue, file: str) -> Iterator[Mistake]:
    """Yield what is wrong with [unit], [[systems]] and campaign; other keys are judged by their shapes."""
    unit = raw.get("unit")
    if isinstance(unit, dict):
        yield from _fields(unit, "unit", "unit", catalogue, file)
        for name in unit:
            if name in _TYPED_ABOVE and raw.get(name):
                yield Mistake(file, f"unit.{name}", "上面已经写过这一项，只能写一处，请删去一个")
    yield from _systems(raw.get("systems"), catalogue, file)
    known = f"没有这个填报任务，可用的有：{'、'.join(catalogue.campaigns)}"
    campaign = raw.get("campaign")
    if isinstance(campaign, str) and campaign.strip() not in catalogue.campaigns:
        yield Mistake(file, "campaign", known)
    due = raw.get("due")
    for name, day in due.items() if isinstance(due, dict) else ():
        key = f"due.{name if name.isprintable() else repr(name)}"
        if name not in catalogue.campaigns:
            yield Mistake(file, key, known)
        if not _is_day(day):
            yield Mistake(file, key, '应为日期，用英文双引号括起来，例如 "2026-12-01"')


def _systems(raw: object, catalogue: Catalogue, file: str) -> Iterator[Mistake]:
    if not isinstance(raw, tuple) or not all(isinstance(one, dict) for one in raw):
        return
    names = [
        f"systems[{one.get('id') if isinstance(one.get('id'), str) else n}]" for n, one in enumerate(raw, 1)
    ]
    for name, one in zip(names, raw, strict=True):
        typed = {key: value for key, value in one.items() if key not in SystemProfile.model_fields}
        yield from _fields(typed, name, "system", catalogue, file)
    ids = [str(one.get("id") or f"s{place}") for place, one in enumerate(raw, 1)]
    for name, times in Counter(ids).items():
        if times > 1:
            yield Mistake(file, f"systems[{name}].id", "编号重复，每个系统要用不同的编号")
    takers = [
        name
        for name, one in zip(names, raw, strict=True)
        if not one.get("devices") and not one.get("networks")
    ]
    for name in takers[1:]:
        yield Mistake(
            file, name, "有两个系统都没有写 devices 或 networks，分不清设备属于哪一个，请至少给其中一个写上"
        )


def _fields(
    typed: Mapping[str, Any], under: str, level: Level, catalogue: Catalogue, file: str
) -> Iterator[Mistake]:
    known = [field.id for field in catalogue.fields.values() if field.level == level]
    near = [*known, *(SystemProfile.model_fields if level == "system" else _TYPED_ABOVE)]
    for name, value in typed.items():
        key = f"{under}.{name if name.isprintable() else repr(name)}"
        if name not in known:
            yield Mistake(file, key, _unknown(name, near, catalogue))
        elif mistake := mistake_in(catalogue.fields[name], value):
            yield Mistake(file, key, f"{catalogue.fields[name].name}：{mistake}")


def _is_day(said: object) -> bool:
    try:
        return isinstance(said, str) and date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def _unknown(name: str, known: list[str], catalogue: Catalogue) -> str:
    if name in catalogue.fields:
        return f"“{catalogue.fields[name].name}”不写在这一节，请核对它应写在哪里或删去"
    near = next(iter(get_close_matches(name, known, n=1)), None)
    if near is None:
        return "没有这个名称的项，请检查拼写或删去"
    called = f"（{catalogue.fields[near].name}）" if near in catalogue.fields else ""
    return f"没有这个名称的项，请检查拼写或删去，是不是 {near}{called}"
