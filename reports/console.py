"""Where words go: results to stdout, progress and complaints to stderr, no device text read as markup."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from config.errors import UsageError
from config.plain import system_words
from config.words import say

Tell = Callable[[str, int, int], None]


def stdout() -> Console:
    return _console(stderr=False)


def stderr() -> Console:
    return _console(stderr=True)


def plain(text: object, style: str = "") -> Text:
    """Return text that is shown as it is: a camera may be called `[red]`."""
    return Text(str(text), style=style)


def will_write(path: Path | None) -> None:
    """Make room for a result file, or raise UsageError before the work that it is to hold is done."""
    if path is None:
        return
    make_folder(path.parent)
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(say("error.json", path=path, why=say("error.refused")))


def make_folder(folder: Path) -> None:
    """Make the folder if need be. Raise UsageError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(say("error.make", path=folder, why=system_words(error))) from error


def write_text(path: str, text: str) -> None:
    """Write a result to a file, or to stdout alone for `-`."""
    if path == "-":
        _write_utf8(text)
        return
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(say("error.json", path=path, why=system_words(error))) from error


@contextmanager
def progress() -> Iterator[Tell]:
    """Yield a function that shows how far each stage is: a bar on a terminal, plain lines in a log."""
    console = stderr()
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(f"progress.{stage}"), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _write_utf8(text: str) -> None:
    """Write a result for another program: UTF-8, whatever the console or the pipe would rather have."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    raw.write(text.encode())
    raw.flush()


def _lines(console: Console) -> Tell:
    tenths: dict[str, int] = {}

    def tell(stage: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 10
        if tenths.get(stage) != tenth:
            tenths[stage] = tenth
            console.print(plain(f"{say(f'progress.{stage}')} {done}/{total}"))

    return tell


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    # A Windows console or a pipe may be GBK; a name it cannot show must not end the run.
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    wide = None if stream.isatty() else 120
    # Only tables are cut to a width: a sentence or a path broken into lines cannot be copied or searched.
    return Console(stderr=stderr, highlight=False, markup=False, soft_wrap=True, width=wide)
