"""What people say on a case: whose it is, a remark, that it is over. A fault seen again opens it anyhow."""

from __future__ import annotations

from datetime import datetime

from config.errors import UsageError
from config.words import say
from inventory.case_book import Book, Event, word_on
from inventory.watch import Case


def own(book: Book, case_id: int, who: str, at: datetime) -> Event:
    case = named_case(book, case_id)
    return word_on("owned", case, at, who)


def note(book: Book, case_id: int, text: str, who: str, at: datetime) -> Event:
    if not text.strip():
        raise UsageError(say("case.no_text"))
    return word_on("noted", named_case(book, case_id), at, who, text.strip())


def dismiss(book: Book, case_id: int, why: str, who: str, at: datetime) -> Event:
    """Close a case on a person's word. Raise UsageError without a reason, or where it is closed already."""
    case = named_case(book, case_id)
    if not why.strip():
        raise UsageError(say("case.no_why"))
    if not case.is_open:
        raise UsageError(say("case.closed_already", number=case_id))
    return word_on("dismissed", case, at, who, why.strip())


def named_case(book: Book, case_id: int) -> Case:
    """Return a case by its number. Raise UsageError if there is none."""
    if case_id not in book.cases:
        raise UsageError(say("case.stranger", number=case_id))
    return book.cases[case_id]
