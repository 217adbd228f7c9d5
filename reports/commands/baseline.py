"""baseline list, set, accept, drop: the normal picture of each channel. 基准画面"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from config.errors import UsageError
from config.words import say
from inventory.baselines import Entry, shown_to_a_look
from inventory.store import Store
from probe.model import ChannelReport, Gap, NotMeasured, reading_of
from probe.picture.faults import picture_faults
from reports.commands import options
from reports.console import make_folder, plain, stdout, will_write
from reports.fresh_look import look_now, seen_of
from reports.lines import gap_words
from reports.local_time import to_the_minute
from reports.named import Named, channels_of, named
from reports.picture_words import fault_words
from reports.snapshots import keep_pictures, snapshot_name
from reports.workspace import Workspace, open_workspace, utc_now

EXIT_REFUSED = 3
_BY = {"person": "by_person", "nights": "by_nights", "candidate": "by_candidate"}

Cameras = Annotated[
    list[str] | None, typer.Argument(metavar="CAMERA|ADDRESS", help=say("help.baseline_cameras"))
]
Everything = Annotated[bool, typer.Option("--all", help=say("help.baseline_all"))]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help=say("help.baseline_who"))]


def list_(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help=say("help.baseline_out"))] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace, writing=False)
    table = Table()
    for title in ("camera", "name", "address", "light", "preset", "by", "since", "nights"):
        table.add_column(say(f"baseline.{title}"), overflow="fold")
    with place.known() as store:
        known = store.baselines()
        for one in channels_of(store.view()):
            entries = shown_to_a_look(known.get((one.device.id, one.number), ()))
            about = (one.label, one.name, one.device.address)
            for entry in entries:
                table.add_row(*map(plain, (*about, *_row(entry, place))))
            if not entries:
                why = _why_none(one, place, known.get((one.device.id, one.number), ()))
                table.add_row(*map(plain, (*about, "", "", say("baseline.none", why=why), "", "")))
            if out is not None:
                _write_pictures(store, out, one, entries)
    stdout().print(table)


def set_(
    cameras: Cameras = None,
    everything: Everything = False,
    who: Who = "",
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    refused = False
    with place.known() as store:
        chosen = _chosen(store, cameras, everything=everything)
        # Against the old baseline a camera that was moved on purpose would have a fault.
        report = look_now(place, store, chosen, without=lambda memory: replace(memory, baselines=()))
        for one, seen in seen_of(chosen, store, report):
            why = _why_not(seen, place)
            if why or seen is None or seen.kept is None:
                refused = True
                stdout().print(plain(say("baseline.refused", camera=one.label, why=why), "yellow"))
                continue
            store.set_baseline(one.device.id, one.number, seen.kept, seen.jpeg, _person(who), report.finished)
            keep_pictures(place.snapshots, one.device.id, seen, place.catalogue, report.finished)
            picture = place.snapshots / snapshot_name(one.device.id, one.number)
            words = {"camera": one.label, "light": say(f"light.{seen.kept.mode}"), "path": picture}
            stdout().print(plain(say("baseline.kept", **words)))
    if refused:
        raise typer.Exit(EXIT_REFUSED)


def accept(
    cameras: Cameras = None,
    everything: Everything = False,
    who: Who = "",
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        for one in _chosen(store, cameras, everything=everything):
            entries = store.accept_baselines(one.device.id, one.number, _person(who), utc_now())
            for entry in entries:
                words = {"camera": one.label, "light": say(f"light.{entry.mode}")}
                stdout().print(plain(say("baseline.accepted", **words)))
            if not entries:
                stdout().print(plain(say("baseline.nothing_to_accept", camera=one.label)))


def drop(
    cameras: Cameras = None,
    everything: Everything = False,
    who: Who = "",
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        for one in _chosen(store, cameras, everything=everything):
            entries = store.drop_baselines(one.device.id, one.number, _person(who), utc_now())
            key = "baseline.dropped" if entries else "baseline.nothing_to_drop"
            stdout().print(plain(say(key, camera=one.label)))


def _chosen(store: Store, cameras: Sequence[str] | None, *, everything: bool) -> list[Named]:
    if bool(cameras) is everything:
        raise UsageError(say("baseline.which"))
    view = store.view()
    chosen = list(channels_of(view)) if everything else named(view, cameras or ())
    if not chosen:
        raise UsageError(say("result.nothing_known"))
    return chosen


def _why_not(seen: ChannelReport | None, place: Workspace) -> str:
    """Return why a look cannot be the normal picture, or nothing."""
    if seen is None:
        return gap_words(place.catalogue, Gap.UNREACHABLE)
    if why := _trouble(seen, place):
        return why
    return "" if seen.kept is not None and seen.kept.record else say("baseline.unfit")


def _why_none(one: Named, place: Workspace, entries: Sequence[Entry]) -> str:
    if not one.device.answered:
        return gap_words(place.catalogue, Gap.UNREACHABLE)
    if why := _trouble(one.shown, place):
        return why
    return say("baseline.never_alike" if entries else "baseline.no_look")


def _trouble(shown: ChannelReport, place: Workspace) -> str:
    """Return in words what stands against a picture, or why there is none; nothing when all is well."""
    seen = reading_of(shown.evidence, "keyframes")
    if isinstance(seen, NotMeasured):
        return gap_words(place.catalogue, seen.gap)
    preset = reading_of(shown.evidence, "preset")
    if isinstance(preset, NotMeasured) and preset.gap is Gap.OFF_PRESET:
        return gap_words(place.catalogue, preset.gap)
    faults = picture_faults(
        place.catalogue.faults.values(), lambda metric: reading_of(shown.evidence, metric)
    )
    return say("reading.comma").join(fault_words(place.catalogue, fault) for fault in faults.found)


def _row(entry: Entry, place: Workspace) -> tuple[str, ...]:
    whole = place.catalogue.settings.baseline.nights
    by = say(f"baseline.{_BY[entry.by]}", who=entry.who)
    since = to_the_minute(entry.since, place.catalogue.settings.zone)
    nights = f"{min(entry.nights, whole)}/{whole}" if entry.by == "candidate" else str(entry.nights)
    return say(f"light.{entry.mode}"), entry.preset, by, since, nights if entry.by != "person" else ""


def _write_pictures(store: Store, out: Path, one: Named, entries: Sequence[Entry]) -> None:
    make_folder(out)
    for entry in entries:
        name = f"{one.device.id}-{one.number}.{entry.mode}.{entry.id}.jpg"
        will_write(out / name)
        (out / name).write_bytes(store.baseline_picture(entry.id))


def _person(who: str) -> str:
    """Return the name that was given, else that of the computer's user."""
    try:
        return who.strip() or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in a container
        return say("baseline.somebody")
