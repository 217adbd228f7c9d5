"""What a look means for the cases: a fault opens when it is sure, and closes when it is measured mended.

What is unknown neither opens nor closes anything. Everything here is a function of the book and the look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from config.watching import Kind, Watching
from inventory.case_book import Book, Count, Deed, Event, Key
from inventory.causes import is_explained_by, trace, unsure_causes
from inventory.watch import Case, Look, Result

Add = Callable[[Event], None]


def fold(book: Book, look: Look, watching: Watching) -> tuple[Event, ...]:
    """Return what a look adds. The book is left as it is.

    While the school pauses (holidays with the power off) nothing opens; what is measured mended still closes.
    What another fault would explain waits until that one is sure, or gone.
    """
    after, events = book.copy(), list[Event]()

    def add(event: Event) -> None:
        events.append(event)
        after.add(event)

    suspected: list[tuple[Result, Kind]] = []
    for result in sorted(look.results, key=lambda one: one.subject):
        for kind in _known(result.fine, watching):
            _good(after, add, look, result, kind)
        if any(pause.covers(result.day) for pause in watching.pauses):
            continue
        for kind in _known(result.faults, watching):
            _bad(after, add, look, result, kind)
            suspected.append((result, kind))
    unsure = unsure_causes(after, look, watching)
    for result, kind in suspected:
        if not is_explained_by(unsure, result, kind):
            _open_if_sure(after, add, look, result, kind)
    trace(after, add, look, watching)
    return tuple(events)


def look_again(book: Book, watching: Watching) -> Iterator[tuple[str, datetime]]:
    """Yield each device on which something waits to be sure, open or mended, and from when a look counts."""
    for (subject, kind), count in book.suspicions.items():
        if (rule := watching.kinds.get(kind)) is not None:
            yield subject.device_id, count.last + timedelta(minutes=rule.apart_min)
    for number, count in book.mending.items():
        case = book.cases[number]
        if (rule := watching.kinds.get(case.kind)) is not None and not case.subject.is_shared:
            yield case.subject.device_id, count.last + timedelta(minutes=rule.apart_min)


def _known(kinds: Iterable[str], watching: Watching) -> Iterator[Kind]:
    """Yield the kinds that are declared: one that is no longer there opens and closes nothing."""
    return (found for kind in kinds if (found := watching.kinds.get(kind)) is not None)


def _bad(book: Book, add: Add, look: Look, result: Result, kind: Kind) -> None:
    key: Key = (result.subject, kind.id)
    last = book.case_of(key)
    if last is not None and last.is_open:
        if last.id in book.mending:
            add(_event("relapsed", look, result, kind, last))
        return
    if last is not None and last.repaired is None:  # a person closed it, and was wrong
        add(_event("reopened", look, result, kind, last, look.at))
        return
    count = book.suspicions.get(key)
    if count is None:
        add(_event("suspected", look, result, kind))
    elif _counts(count, look, kind):
        add(_event("seen", look, result, kind))


def _open_if_sure(book: Book, add: Add, look: Look, result: Result, kind: Kind) -> None:
    key: Key = (result.subject, kind.id)
    count = book.suspicions.get(key)
    if count is not None and count.looks >= kind.looks:
        last = book.case_of(key)
        again = last if last is not None and _is_back(last, count.since, kind) else None
        add(_event("reopened" if again else "opened", look, result, kind, again, count.since, book))


def _good(book: Book, add: Add, look: Look, result: Result, kind: Kind) -> None:
    key: Key = (result.subject, kind.id)
    if key in book.suspicions:
        add(_event("dropped", look, result, kind))
    # Two records that turned out to be one device may both have a case.
    for number in book.open_at.get(key, ()):
        _mend(book, add, look, result, kind, book.cases[number])


def _mend(book: Book, add: Add, look: Look, result: Result, kind: Kind, case: Case) -> None:
    count = book.mending.get(case.id)
    if count is None:
        add(_event("mended", look, result, kind, case))
    elif _counts(count, look, kind):
        add(_event("fine", look, result, kind, case))
    count = book.mending[case.id]
    if count.looks >= kind.good:
        add(_event("closed", look, result, kind, case, count.since))


def _counts(count: Count, look: Look, kind: Kind) -> bool:
    return look.at - count.last >= timedelta(minutes=kind.apart_min) and look.at > count.last


def _is_back(case: Case, since: datetime, kind: Kind) -> bool:
    return case.repaired is not None and since - case.repaired <= timedelta(days=kind.reopen_days)


def _event(
    deed: Deed,
    look: Look,
    result: Result,
    kind: Kind,
    case: Case | None = None,
    since: datetime | None = None,
    opening: Book | None = None,
) -> Event:
    number = case.id if case else opening.next_id() if opening else None
    return Event(
        deed,
        look.at,
        kind.id,
        result.subject,
        result.camera_id,
        number,
        since,
        look.run_id,
    )
