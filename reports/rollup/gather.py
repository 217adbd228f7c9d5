"""Folders and files of many schools, mixed: each is read by what it is, and a broken one stops no other."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config.errors import UsageError
from config.plain import system_words
from config.schema import Catalogue
from config.words import say
from reports.console import Tell
from reports.rollup.handed import Reader
from reports.rollup.history import FOLDER as HISTORY
from reports.rollup.sheets import Read, read_sheet
from reports.rollup.submission import Trouble
from reports.rollup.workspaces import DATABASE, Extract, read_workspace

_MANY = 24  # fewer are read sooner than other processes have started
_MOST_WORKERS = 4
_AT_ONCE = 8  # paths handed to a process together: the catalogue goes with them each time
_SHEET = ".xlsx"
# Sheets that cannot be read: somebody believes that they were handed in.
_OTHER_SHEETS = frozenset({".xls", ".xlsm", ".xlsb", ".xltx", ".et", ".ett", ".ods", ".csv", ".numbers"})


@dataclass(frozen=True, slots=True)
class Source:
    """How submissions are found: in sheets by a reader for each form, in workspaces as the first of them."""

    readers: Mapping[str, Reader]
    extract: Extract | None = None


def sources(given: Iterable[Path]) -> tuple[Path, ...]:
    """Return workspaces and sheets: a folder that is no workspace stands for all that lie in it.

    Sheets of other kinds are among them: reading them tells how to save them.

    Raise UsageError for a path that does not exist.
    """
    found: dict[Path, Path] = {}
    for path in given:
        if not path.exists():
            raise UsageError(say("rollup.no_path", path=path))
        for one in _in(path):
            found.setdefault(one.resolve(), one)
    return tuple(found.values())


def gather(
    paths: Sequence[Path], source: Source, catalogue: Catalogue, tell: Tell | None = None
) -> tuple[Read, ...]:
    """Read every path, in the order given."""
    done: list[Read] = []
    for one in _each(paths, source, catalogue):
        done.append(one)
        if tell is not None:
            tell("rollup", len(done), len(paths))
    return tuple(done)


def _each(paths: Sequence[Path], source: Source, catalogue: Catalogue) -> Iterator[Read]:
    if len(paths) < _MANY:
        yield from (_read(path, source, catalogue) for path in paths)
        return
    workers = min(_MOST_WORKERS, os.cpu_count() or 1)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn) as pool:
        yield from pool.map(partial(_read, source=source, catalogue=catalogue), paths, chunksize=_AT_ONCE)


def _read(path: Path, source: Source, catalogue: Catalogue) -> Read:
    if path.suffix.lower() in _OTHER_SHEETS and path.is_file():
        what, mend = say("rollup.other_kind", kind=path.suffix.lower()), say("rollup.mend_other_kind")
        return Read(troubles=(Trouble("warn", str(path), "", "", what, mend),))
    if not path.is_dir():
        return read_sheet(path, catalogue, source.readers)
    if source.extract is None:
        wanted = "、".join(catalogue.forms[one].name for one in source.readers)
        what, mend = say("rollup.only_sheets", wanted=wanted), say("rollup.mend_form")
        return Read(troubles=(Trouble("error", str(path), "", "", what, mend),))
    return read_workspace(path, catalogue.forms[next(iter(source.readers))], catalogue, source.extract)


def _in(path: Path) -> Iterator[Path]:
    """Yield the workspaces and sheets at a path, by name; lock files and half-written ones are left out."""
    if not path.is_dir() or (path / DATABASE).exists():
        yield path
        return
    try:
        inside = sorted(one for one in path.iterdir() if not one.is_symlink())
    except OSError as error:
        raise UsageError(say("rollup.folder", path=path, why=system_words(error))) from error
    for one in inside:
        if one.is_dir() and (one / DATABASE).exists():
            yield one
        elif one.is_dir() and not one.name.startswith(".") and one.name != HISTORY:
            yield from _in(one)
        elif one.suffix.lower() in (_SHEET, *_OTHER_SHEETS) and not one.name.startswith((".", "~$")):
            yield one
