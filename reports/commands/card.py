"""card, card read: the chart card on paper, and what a camera reads off it. 测试卡"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from config.errors import UsageError
from config.words import say
from inventory.store import Store
from probe.memory import Memory
from probe.model import ChannelReport, DeviceReport, Gap, Measured, NotMeasured, ScanReport, reading_of
from reports.commands import options
from reports.commands.baseline import EXIT_REFUSED
from reports.console import plain, stderr, stdout, will_write
from reports.fresh_look import look_now, seen_of
from reports.lines import gap_words
from reports.named import Named, named
from reports.workspace import Workspace, keep, open_workspace


def card(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.pdf", help=say("help.card_out"))] = None,
    paper: Annotated[Literal["A4", "A3"], typer.Option("--paper", help=say("help.card_paper"))] = "A4",
) -> None:
    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise UsageError(say("card_reading.which"))
    # Imported here because no other command draws.
    from reports.card_pdf import write_card

    will_write(out)
    write_card(out, paper)
    stdout().print(plain(say("result.written", path=out)))


def read(
    camera: Annotated[str, typer.Argument(metavar="CAMERA|ADDRESS", help=say("help.baseline_cameras"))],
    hold: Annotated[bool, typer.Option("--hold", help=say("help.card_hold"))] = False,
    workspace: options.Workspace = options.HERE,
) -> None:
    place = open_workspace(workspace)
    with place.known() as store:
        chosen = named(store.view(), [camera])
        if hold:
            read_of = [_read(place, store, chosen, hold=True) for _ in _presses()]
        else:
            read_of = [_read(place, store, chosen, hold=False)]
    if not any(read_of):
        raise typer.Exit(EXIT_REFUSED)


def _presses() -> Iterator[None]:
    """Yield each time that Enter is pressed, until `q` or the end of the input."""
    while True:
        stderr().print(plain(say("card_reading.hold"), "bold"))
        line = sys.stdin.readline()
        if not line or line.strip().lower() == "q":
            return
        yield


def _read(place: Workspace, store: Store, chosen: list[Named], *, hold: bool) -> bool:
    """Look for the card, say what was read, keep the run; a card held by hand is not looked for again."""
    without = _without_card if hold else _as_it_is
    report = look_now(place, store, chosen, find_card=True, without=without)
    was_read = False
    for one, seen in seen_of(chosen, store, report):
        words, is_reading = _in_words(one.label, seen, place)
        was_read = was_read or is_reading
        stdout().print(plain(words, "" if is_reading else "yellow"))
    # Said first: where the inventory is busy the reading is not lost to whoever holds the card.
    keep(place, store, _not_remembered(report) if hold else report)
    return was_read


def _in_words(label: str, seen: ChannelReport | None, place: Workspace) -> tuple[str, bool]:
    """Return what was read as a sentence, and whether it is a reading."""
    if seen is None:
        return say(
            "card_reading.unread", camera=label, why=gap_words(place.catalogue, Gap.UNREACHABLE)
        ), False
    least, most, by, corners = (
        reading_of(seen.evidence, metric)
        for metric in ("tvl_live_at_least", "tvl_live_at_most", "tvl_live_by", "chart_card")
    )
    match by, least, most, corners:
        case (
            Measured(value="card"),
            Measured(value=int(low)),
            Measured(value=int(high)),
            Measured(value=[_, [x, y], *_]),
        ):
            need = place.catalogue.settings.tvl.live_lines
            outcome = "enough" if low >= need else "too_few" if high < need else "open"
            words = {"camera": label, "lines": round((low + high) / 2), "error": round((high - low) / 2)}
            place_words = {"x": round(x), "y": round(y), "outcome": say(f"card_reading.{outcome}", need=need)}
            key = "reading" if low < high else "full"
            return say(f"card_reading.{key}", **words, **place_words), True
        case _:
            return say("card_reading.unread", camera=label, why=_why_unread(by, corners, place)), False


def _why_unread(by: object, corners: object, place: Workspace) -> str:
    match by, corners:
        case NotMeasured(gap=gap), _:
            return gap_words(place.catalogue, gap)
        case Measured(value="format"), _:
            return say("card_reading.format")
        case _, Measured():
            return say("card_reading.too_small")
        case _:
            return say("card_reading.not_seen")


def _without_card(memory: Memory) -> Memory:
    return replace(memory, card=None)


def _as_it_is(memory: Memory) -> Memory:
    return memory


def _not_remembered(report: ScanReport) -> ScanReport:
    """Return the report without what it leaves for later looks: somebody stands in front of the lens."""

    def channel(one: ChannelReport) -> ChannelReport:
        return replace(one, kept=None)

    def device(one: DeviceReport) -> DeviceReport:
        return replace(one, channels=tuple(map(channel, one.channels)))

    return replace(report, devices=tuple(map(device, report.devices)))
