"""What each look means, in the transaction that keeps it: the night in short, changes, cases. 巡检结果"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, func, select

from config.schema import Catalogue
from inventory import known
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
from inventory.out_of_use import ended, idle_devices
from inventory.sights import load_sights
from inventory.tables import RUN
from inventory.viewing import view, view_of_devices


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
        before = view_of_devices(connection, last)
        past = load_results(connection, zone, newest=catalogue.watch.limits.retention_over_nights)
        write_changes(connection, run_id, changes(before, now, look, past, catalogue, day))
    write_look(connection, look)
    book = load_book(connection)
    words = _written(connection, book, tuple(ended(book, now, now.run.finished)))
    events = _written(connection, book, fold(book, look, catalogue.watch))
    forget(connection, catalogue.settings.history, book, now.run.finished)
    return (*words, *events)


def after_light_look(
    connection: Connection, catalogue: Catalogue, answers: Mapping[str, bool | None], at: datetime
) -> tuple[Event, ...]:
    """Write what a light look means for the cases, and return the steps. None: nobody could ask."""
    zone = catalogue.settings.zone
    if False in answers.values():
        # What people took down since the last run is missed by nobody.
        idle = idle_devices(connection, catalogue)
        answers = {device: None if device in idle else answer for device, answer in answers.items()}
    look = light_look(newest_per_device(connection, zone), answers, at, zone)
    book = load_book(connection)
    return _written(connection, book, fold(book, look, catalogue.watch))


def load_book(connection: Connection) -> Book:
    """Return every case as its steps made it, each camera by the name that it goes by now."""
    same = known.load_same(connection)
    sights = load_sights(connection, same, known.load_kinds(connection, same))

    @cache
    def now(camera_id: str) -> str:
        device, dot, channel = camera_id.removeprefix("d").partition(".")
        if not dot:
            return camera_id
        number, lens = sights.camera((same.get(int(device), int(device)), int(channel)))
        return f"d{number}.{lens}"

    events = load_events(connection)
    return book_of(replace(event, camera_id=now(event.camera_id)) for event in events)


def _written(connection: Connection, book: Book, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Write steps of cases and take them into the book."""
    write_events(connection, events)
    for event in events:
        book.add(event)
    return events
