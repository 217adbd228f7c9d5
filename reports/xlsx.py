"""Writes a filled form as an xlsx file, whole or not at all."""

from __future__ import annotations

import errno
import os
from io import BytesIO
from pathlib import Path

import xlsxwriter

from config.errors import UsageError
from config.sheet_words import SheetWords
from reports.sheet import Sheet
from reports.xlsx_evidence import add_evidence, add_meta
from reports.xlsx_form import add_form


def write_xlsx(sheet: Sheet, path: Path) -> None:
    """Write the form. Raise UsageError, with any file that was there untouched, when it cannot be written."""
    words = sheet.words
    _refuse_if_open(path, words)
    content = workbook_bytes(sheet)
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            with part.open("wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(_sentence(error, path, words)) from error


def workbook_bytes(sheet: Sheet) -> bytes:
    """Return the xlsx file. The same sheet gives the same bytes."""
    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties(
        {"title": sheet.form.title, "created": sheet.made.replace(tzinfo=None, microsecond=0)}
    )
    add_form(book, sheet)
    add_evidence(book, sheet)
    add_meta(book, sheet)
    book.close()
    return memory.getvalue()


def _refuse_if_open(path: Path, words: SheetWords) -> None:
    """Where nothing stops us from replacing an open file, what a person types there now would be lost."""
    # LibreOffice leaves the first beside an open file; Excel and WPS the second.
    for lock in (path.with_name(f".~lock.{path.name}#"), path.with_name(f"~${path.name}")):
        if lock.exists():
            raise UsageError(words.errors.lock_file.format(path=path, lock=lock.name))


def _sentence(error: OSError, path: Path, words: SheetWords) -> str:
    say, folder = words.errors, path.parent
    if path.is_dir():
        return say.is_folder.format(path=path)
    if not folder.is_dir():
        return say.no_folder.format(path=path, folder=folder)
    if not isinstance(error, PermissionError) and error.errno != errno.EROFS:
        return say.other.format(path=path, why=error.strerror or error)
    # Windows forbids to replace an open file; the folder itself can then be written.
    held = path.exists() and os.access(folder, os.W_OK)
    return (say.open_elsewhere if held else say.not_allowed).format(path=path, folder=folder)
