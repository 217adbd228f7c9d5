"""check: ask everything that is known again, by hand or when the watch's plan says so."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Annotated

import typer

from config.errors import UsageError
from config.site import FILE
from config.words import say
from inventory.database import reading
from inventory.lock import Held, holding, is_held
from inventory.online import last_proof, load_now
from inventory.record import View
from inventory.schedule import Slot
from inventory.store import Store
from probe.light import look as look_lightly
from probe.transport.login import Login
from reports.commands import options
from reports.commands.following import follow_up
from reports.commands.scanning import asked_for, finish, look
from reports.console import plain, stderr, stdout, will_write
from reports.watching import do_turn, do_what_is_due, missed, slot_by_hand, watch_of, work_name
from reports.workspace import Workspace, open_workspace, utc_now

_SHOWN = 8
_HOURLY = timedelta(minutes=50)  # a timer that asks each hour comes a little early now and then
_MOST_SECOND_LOOKS = 20  # devices after one light look: the rest waits for the next


def check(
    workspace: options.Workspace = options.HERE,
    if_due: Annotated[bool, typer.Option("--if-due", help=say("help.if_due"))] = False,
    online: Annotated[bool, typer.Option("--online", help=say("help.online"))] = False,
    json: options.Json = None,
    fail_on: options.FailOn = None,
) -> None:
    place = open_workspace(workspace)
    will_write(options.json_path(json))
    if online:
        _see_who_answers(place)
    elif if_due:
        _check_if_due(place, json, fail_on)
    else:
        _check_by_hand(place, json, fail_on)


def _check_by_hand(place: Workspace, json: str | None, fail_on: str | None) -> None:
    views: list[View] = []
    with place.known() as store, holding(place.folder, "work", utc_now()):
        asked = asked_for(_known(store), place)
        store.end_broken_off(utc_now())
        slot = slot_by_hand(place, store.turns(utc_now()), utc_now())
        if slot is None:
            views.append(look(place, store, asked, "check"))
        else:

            def do(_: Slot, turn: int, __: float) -> None:
                views.append(look(place, store, asked, "check", turn=turn))

            do_turn(place, store, slot, do, utc_now, lambda _: None)
    finish(views[-1], place, json, fail_on)


def _check_if_due(place: Workspace, json: str | None, fail_on: str | None) -> None:
    if not (place.database.exists() or (place.folder / FILE).exists()):
        raise UsageError(say("error.no_inventory", path=place.folder.resolve()))
    views: list[View] = []
    failure: UsageError | None = None

    def tell(sentence: str) -> None:
        stdout().print(plain(sentence))

    try:
        with _stopped_by_terminate(), holding(place.folder, "work", utc_now()), place.store() as store:
            _tell_missed(place, store)
            do_what_is_due(place, store, partial(_do, place, store, views), utc_now, tell)
    except Held as held:  # what is due is being done
        tell(str(held))
    except UsageError as error:  # also of a night that failed people are told
        failure = error
    follow_up(place, partial(_look_where_needed, is_done=bool(views)), failure)
    if failure is not None:
        raise failure
    if views:
        finish(views[-1], place, json, fail_on)


def _do(place: Workspace, store: Store, views: list[View], slot: Slot, turn: int, spread_s: float) -> None:
    known = store.known_targets()
    if slot.work == "scan" or not known:
        if slot.work != "scan":
            stdout().print(plain(say("watch.none_known")))
        asked = asked_for(place.site.networks, place)
        views.append(look(place, store, asked, "scan", turn=turn, spread_s=spread_s))
        return
    if slot.work == "playback":
        known = store.known_targets("recorder")
    if not known:  # no recorder: nothing to be played
        store.end_turn(turn, utc_now(), "done")
        return
    asked = asked_for(known, place)
    views.append(look(place, store, asked, "check", turn=turn, spread_s=spread_s))


def _look_where_needed(place: Workspace, *, is_done: bool) -> None:
    """See who answers, once an hour and not right after a run; either way look again where it is not sure."""
    if not place.has_runs():
        return
    with place.store() as store, reading(store.engine) as connection:
        last = last_proof(connection)
    is_lately = last is not None and abs(utc_now() - last) < _HOURLY
    is_off = not place.catalogue.settings.watch.online_min
    if is_done or is_lately or is_off or is_held(place.folder, "serve"):  # the service looks by itself
        look_again(place)
    else:
        _see_who_answers(place)


def _see_who_answers(place: Workspace) -> None:
    with place.known() as store:
        with reading(store.engine) as connection:
            before = load_now(connection)
        doors = store.doors()
        login = Login(place.vault, ())
        seen = asyncio.run(look_lightly(doors, login, place.catalogue.settings.rtsp))
        news = store.looked(seen, utc_now())
    silent = [doors[name].address for name, why in seen.items() if why]
    counts = {"answered": len(seen) - len(silent), "silent": len(silent)}
    changed = sum(one.device_id in before for one in news)
    words = say("watch.looked", **counts, changed=changed) if before else say("watch.looked_first", **counts)
    stdout().print(plain(words))
    if silent:
        shown = "、".join(silent[:_SHOWN]) + (" …" if len(silent) > _SHOWN else "")
        stdout().print(plain(say("watch.looked_silent", addresses=shown)))
    look_again(place)


def look_again(place: Workspace) -> None:
    """Ask again, whole, what a fault or a repair waits for to be sure; not while other work goes on."""
    try:
        with place.known() as store, holding(place.folder, "work", utc_now()):
            if waiting := store.waiting(utc_now())[:_MOST_SECOND_LOOKS]:
                stdout().print(plain(say("watch.second_look", addresses="、".join(waiting))))
                look(place, store, asked_for(waiting, place), "check")
    except Held:
        return


def _tell_missed(place: Workspace, store: Store) -> None:
    if lost := missed(store, watch_of(place), utc_now()):
        days = " ".join(one.slot.key for one in lost[-_SHOWN:])
        words = say("watch.missed", work=work_name("check"), count=len(lost), days=days)
        stderr().print(plain(words, "yellow"))


def _known(store: Store) -> tuple[str, ...]:
    known = store.known_targets()
    if not known:
        raise UsageError(say("result.nothing_known"))
    return known


@contextmanager
def _stopped_by_terminate() -> Iterator[None]:
    """Let the system's word to end be as Ctrl+C: the turn is noted as broken off and decoders are ended."""

    def stop(_: int, __: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)

    word = signal.Signals["SIGBREAK" if os.name == "nt" else "SIGTERM"]
    before = signal.signal(word, stop)
    try:
        yield
    finally:
        signal.signal(word, before)
