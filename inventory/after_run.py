"""What each look means, in the transaction that keeps it: the night in short, changes, cases. 巡检结果"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from config.schema import Catalogue
from inventory.case_book import Book, Event, book_of
from inventory.cases import fold
from inventory.changes import changes
from inventory.forget import forget
from inventory.night_rows import (
    load_events,
    load_results,
    newest_per_device,
    write_changes,
    write_events,
    write_look,
)
from inventory.nights import light_look, look_of
from inventory.tables import RUN
from inventory.viewing import view
from inventory.watch import Look


def after_run(connection: Connection, catalogue: Catalogue, run_id: int) -> tuple[Event, ...]:
    """Write what a run that was just recorded means, forget what may go, and return the steps of cases."""
    zone = catalogue.settings.zone
    now = view(connection, catalogue, run_id)
    look = look_of(now, catalogue, zone)
    if look is None or now.run is None:
        return ()
    day = now.run.started.astimezone(zone).date()
    last = connection.scalar(select(func.max(RUN.c.id)).where(RUN.c.id < run_id))
    if last is not None:
        before = view(connection, catalogue, last)
        past = load_results(connection, zone, newest=catalogue.watch.limits.retention_over_nights)
        write_changes(connection, run_id, changes(before, now, look, past, catalogue, day))
    write_look(connection, look)
    book, events = _folded(connection, catalogue, look)
    forget(connection, catalogue.settings.history, book, now.run.finished)
    return events


def after_light_look(
    connection: Connection, catalogue: Catalogue, answers: Mapping[str, bool | None], at: datetime
) -> tuple[Event, ...]:
    """Write what a light look means for the cases, and return the steps. None: nobody could ask."""
    zone = catalogue.settings.zone
    look = light_look(newest_per_device(connection, zone), answers, at, zone)
    return _folded(connection, catalogue, look)[1]


def load_book(connection: Connection) -> Book:
    return book_of(load_events(connection))


def _folded(connection: Connection, catalogue: Catalogue, look: Look) -> tuple[Book, tuple[Event, ...]]:
    book = load_book(connection)
    events = fold(book, look, catalogue.watch)
    write_events(connection, events)
    for event in events:
        book.add(event)
    return book, events
