"""Reads the catalogue and the site profile; every mistake is reported at once, with file and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from config import schema
from config.campaign import Campaign
from config.check import lines_that_differ, mistakes_between
from config.check_site import mistakes_of_site
from config.errors import ConfigError, Mistake
from config.form import Form
from config.gb28181 import Gb28181
from config.mistakes import mistakes_of
from config.oui import with_prefixes
from config.problems import ProblemWords
from config.settings import Section, Settings
from config.sheet_words import SheetWords
from config.site import Site
from config.toml import read_toml
from config.watching import Watching

Shape = TypeVar("Shape", bound=Section)

_TABLES: Mapping[str, type[Section]] = {
    "metrics": schema.Metric,
    "fields": schema.Field,
    "faults": schema.FaultRule,
    "gaps": schema.GapWords,
    "verdicts": schema.VerdictWords,
    "problems": ProblemWords,
}
_SINGLE: Mapping[str, type[Section]] = {
    "positions": schema.Positions,
    "brands": schema.Brands,
    "gb28181": Gb28181,
    "sheet_words": SheetWords,
    "watch": Watching,
}
_FOLDERS: Mapping[str, type[Section]] = {
    "standards": schema.Standard,
    "forms": Form,
    "campaigns": Campaign,
}


def load_catalogue(folder: Traversable | Path | None = None) -> schema.Catalogue:
    """Return all that is declared beside this file. Raise ConfigError with every mistake in it."""
    return _shipped() if folder is None else _loaded(folder)


@cache
def _shipped() -> schema.Catalogue:
    return _loaded(files("config"))


def _loaded(root: Traversable | Path) -> schema.Catalogue:
    mistakes: list[Mistake] = []
    parts: dict[str, Any] = {"settings": _settings(root, mistakes)}
    declared: dict[str, frozenset[str]] = {}
    for name, shape in _TABLES.items():
        raw = _read(root, f"{name}.toml", mistakes) or {}
        parts[name] = dict(_entries(raw, shape, f"{name}.toml", mistakes))
        declared[name] = frozenset(raw)
    for name, shape in _SINGLE.items():
        file = f"{name}.toml"
        single = _read(root, file, mistakes)
        parts[name] = None if single is None else _shaped(shape, single, file, mistakes)
    for name, shape in _FOLDERS.items():
        parts[name] = _documents(root, name, shape, mistakes)
    mistakes += mistakes_between(parts, declared)
    if mistakes:
        raise ConfigError(mistakes)
    return schema.Catalogue.model_construct(**parts)


def load_site(path: Path) -> Site:
    """Return the site profile of a workspace. Raise ConfigError with every mistake in it."""
    raw = read_toml(path, file=path.name)
    mistakes: list[Mistake] = []
    site = _shaped(Site, raw, path.name, mistakes)
    catalogue = load_catalogue()
    overrides = raw.get("settings")
    if isinstance(overrides, dict):
        _overridden(catalogue, overrides, path.name, mistakes)
    mistakes += mistakes_of_site(raw, catalogue, path.name)
    if mistakes or site is None:
        raise ConfigError(dict.fromkeys(mistakes))
    if site.oui_file:
        site = site.model_copy(update={"oui_file": str(path.parent / site.oui_file)})
    return site


def with_site(catalogue: schema.Catalogue, site: Site) -> schema.Catalogue:
    """Return the catalogue with what the site has changed: settings, the list of MAC prefixes."""
    mistakes: list[Mistake] = []
    settings = _overridden(catalogue, site.settings, "camcensus.toml", mistakes)
    if settings is None or mistakes:
        raise ConfigError(mistakes)
    brands = with_prefixes(catalogue.brands, Path(site.oui_file)) if site.oui_file else catalogue.brands
    watch = catalogue.watch.model_copy(update={"pauses": site.pauses})
    return catalogue.model_copy(update={"settings": settings, "brands": brands, "watch": watch})


def _settings(root: Traversable | Path, mistakes: list[Mistake]) -> Settings | None:
    file = "default.toml"
    values: dict[str, dict[str, Any]] = {}
    raw = _read(root, file, mistakes)
    if raw is None:
        return None
    for section, entries in raw.items():
        if not isinstance(entries, dict):
            mistakes.append(Mistake(file, section, "应为一节，下面写“名称 = 值”"))
            continue
        values[section] = {}
        for key, entry in entries.items():
            # A setting with a mistake in it still counts as named: it is not reported as missing too.
            values[section][key] = entry.get("value") if isinstance(entry, dict) else None
            _shaped(schema.Setting, entry, file, mistakes, under=(section, key))
    told = {mistake.key for mistake in mistakes}
    found: list[Mistake] = []
    settings = _shaped(Settings, values, file, found)
    mistakes += [one for one in found if f"{one.key}.value" not in told and one.key not in told]
    return settings


def _overridden(
    catalogue: schema.Catalogue,
    overrides: Mapping[str, Mapping[str, Any]],
    file: str,
    mistakes: list[Mistake],
) -> Settings | None:
    merged: dict[str, Any] = catalogue.settings.model_dump()
    for section, entries in overrides.items():
        known = merged.get(section)
        merged[section] = {**known, **entries} if known and isinstance(entries, Mapping) else entries
    settings = _shaped(Settings, merged, file, mistakes, under=("settings",))
    mistakes += lines_that_differ(catalogue.standards, settings, file, under="settings.")
    return settings


def _read(root: Traversable | Path, file: str, mistakes: list[Mistake]) -> dict[str, Any] | None:
    try:
        return read_toml(root.joinpath(file), file=file)
    except ConfigError as error:
        mistakes += error.mistakes
        return None


def _entries(
    raw: Mapping[str, Any], shape: type[Shape], file: str, mistakes: list[Mistake]
) -> Iterator[tuple[str, Shape]]:
    for name, entry in raw.items():
        named = {**entry, "id": name} if isinstance(entry, dict) else entry
        if (shaped := _shaped(shape, named, file, mistakes, under=(name,))) is not None:
            yield name, shaped


def _documents(
    root: Traversable | Path, folder: str, shape: type[Shape], mistakes: list[Mistake]
) -> dict[str, Shape]:
    documents: dict[str, Shape] = {}
    if not root.joinpath(folder).is_dir():
        mistakes.append(Mistake(folder, "", "没有这个文件夹"))
        return documents
    for document in sorted(one.name for one in root.joinpath(folder).iterdir() if one.name.endswith(".toml")):
        file = f"{folder}/{document}"
        raw = _read(root, file, mistakes)
        if raw is None or (shaped := _shaped(shape, raw, file, mistakes)) is None:
            continue
        name = document.removesuffix(".toml")
        if raw["id"] != name:
            mistakes.append(Mistake(file, "id", f"编号应与文件名一致：{name}"))
        documents[name] = shaped
    return documents


def _shaped(
    shape: type[Shape], raw: object, file: str, mistakes: list[Mistake], *, under: tuple[str, ...] = ()
) -> Shape | None:
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        mistakes += mistakes_of(error, file=file, under=under, raw=raw)
        return None
