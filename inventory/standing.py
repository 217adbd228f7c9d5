"""How everything stands, also while the watch is not sure yet: what forms and roll-ups are filled in from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from config.schema import Catalogue
from config.watching import Watching
from inventory.case_book import Book, book_of
from inventory.cases import fold
from inventory.nights import look_of
from inventory.record import View
from inventory.watch import Case, Look, Result, Watched


def watched(book: Book, results: Sequence[Result], watching: Watching) -> Watched:
    """Return what was found last, with the open faults: those too that are not sure yet."""
    return Watched({one.subject: one for one in results}, faults_now(book, results, watching))


def watched_in(view: View, catalogue: Catalogue) -> Watched:
    """Return the same from one run alone."""
    look = look_of(view, catalogue, catalogue.settings.zone)
    if look is None:
        return Watched()
    return watched(book_of(fold(Book(), look, catalogue.watch)), look.results, catalogue.watch)


def faults_now(book: Book, results: Sequence[Result], watching: Watching) -> dict[int, Case]:
    """Return the open cases by number, with those that were open if one look were enough to be sure.

    For a form that is filled in before the watch is sure. A case that a person closed is left closed.
    """
    waiting = set(book.suspicions)
    found = [
        replace(one, faults=tuple(kind for kind in one.faults if (one.subject, kind) in waiting), fine=())
        for one in results
    ]
    sure = {name: kind.model_copy(update={"looks": 1}) for name, kind in watching.kinds.items()}
    after = book.copy()
    if waiting and found:
        look = Look(max(one.at for one in found), None, tuple(found))
        for event in fold(book, look, watching.model_copy(update={"kinds": sure, "pauses": ()})):
            after.add(event)
    return {case.id: case for case in after.open_cases()}
