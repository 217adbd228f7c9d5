"""Writes a filled form as an xlsx file, whole or not at all."""

from __future__ import annotations

import errno
import os
from io import BytesIO
from pathlib import Path

import xlsxwriter

from config.errors import UsageError
from config.plain import system_words
from config.sheet_words import SheetWords
from reports.paper import Paper
from reports.whole_file import lock_beside, write_whole
from reports.xlsx_evidence import add_evidence
from reports.xlsx_looks import Looks
from reports.xlsx_meta import add_meta
from reports.xlsx_page import add_page


def write_xlsx(paper: Paper, path: Path) -> None:
    """Write the form. Raise UsageError, with any file that was there untouched, when it cannot be written."""
    write_file(workbook_bytes(paper), path, paper.words)


def write_file(content: bytes, path: Path, words: SheetWords) -> None:
    """Write a workbook's bytes; otherwise as `write_xlsx`."""
    _refuse_if_open(path, words)
    try:
        write_whole(path, content)
    except OSError as error:
        raise UsageError(_sentence(error, path, words)) from error


def workbook_bytes(paper: Paper) -> bytes:
    """Return the xlsx file. The same paper gives the same bytes."""
    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties(
        {"title": paper.form.title, "created": paper.made.replace(tzinfo=None, microsecond=0)}
    )
    looks = Looks(book, paper.form.typeface)
    for page in paper.pages:
        add_page(book, paper, page, looks)
    add_evidence(book, paper)
    add_meta(book, paper)
    book.close()
    return memory.getvalue()


def _refuse_if_open(path: Path, words: SheetWords) -> None:
    """Where nothing stops us from replacing an open file, what a person types there now would be lost."""
    if (lock := lock_beside(path)) is not None:
        raise UsageError(words.errors.lock_file.format(path=path, lock=lock.name))


def _sentence(error: OSError, path: Path, words: SheetWords) -> str:
    say, folder = words.errors, path.parent
    if path.is_dir():
        return say.is_folder.format(path=path)
    if not folder.is_dir():
        return say.no_folder.format(path=path, folder=folder)
    if not isinstance(error, PermissionError) and error.errno != errno.EROFS:
        return say.other.format(path=path, why=system_words(error))
    # Windows forbids to replace an open file; the folder itself can then be written.
    held = path.exists() and os.access(folder, os.W_OK)
    return (say.open_elsewhere if held else say.not_allowed).format(path=path, folder=folder)
