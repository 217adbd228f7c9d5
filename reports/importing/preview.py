"""What an import would do, in words: for the screen before anything is done, and as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from config.schema import Catalogue
from config.words import say
from inventory.ledger import Ledger
from inventory.record import FieldValue, Scalar
from reports.importing.edits import Edit, Unclear
from reports.importing.places import NOWHERE
from reports.importing.plan import Choices, Plan, Step
from reports.importing.values import shown, tidy
from reports.local_time import to_the_minute

_MOST = 60  # characters of a value on a line
_NAMED = 3  # cameras of a line that are named
_SOURCES = {"measured": "measured", "derived": "derived", "suggested": "suggested", "person": "person"}


@dataclass(frozen=True, slots=True)
class Names:
    """Finds the words for cameras and fields."""

    ledger: Ledger
    catalogue: Catalogue
    pages: int = 1  # with data: the name of the only one need not be said

    def where(self, cell: str) -> str:
        return cell if self.pages > 1 else cell.rpartition("!")[2]

    def field(self, edit: Edit) -> str:
        return self.catalogue.fields[edit.field].name

    def subject(self, subject: str) -> str:
        kind, _, name = subject.partition(":")
        if kind == "unit":
            return say("importing.unit")
        if kind == "system":
            return say("importing.system", id=name)
        camera = next((one for one in self.ledger.cameras if one.id == name), None)
        if camera is None:
            return name
        device = self.ledger.devices.get(camera.device_id)
        said = camera.fields.get("channel_name") or camera.fields.get("position")
        word = "" if said is None or said.value is None else str(said.value)[:20]
        place = name if device is None else device.address
        if device is not None and len(device.report.channels) > 1:
            place = self.catalogue.sheet_words.channel.format(address=place, number=camera.channel)
        return f"{place}「{word}」" if word else place

    def subjects(self, steps: Sequence[Step]) -> str:
        named = "、".join(self.subject(step.subject) for step in steps[:_NAMED])
        return say("importing.and_more", named=named, count=len(steps)) if len(steps) > _NAMED else named


def lines(plan: Plan, names: Names, *, confirm: bool = False) -> Iterator[tuple[str, str]]:
    """Yield every line with its style."""
    for kind, style in (("new", "green"), ("changed", "green"), ("confirmed", "green")):
        yield from _steps(plan.of(kind), kind, names, style)  # type: ignore[arg-type]
    yield from _added(plan, names)
    yield from _steps(plan.of("conflict"), "conflict", names, "yellow")
    yield from _steps(plan.of("cleared"), "cleared", names, "yellow")
    if plan.gone or plan.lost_lines:
        cameras = [f"camera:{one}" for gone in plan.gone for one in gone.cameras]
        cameras += [f"camera:{one}" for one in plan.lost_lines]
        yield say("importing.gone", count=len(plan.gone) + len(plan.lost_lines)), "yellow"
        yield "  " + "、".join(names.subject(one) for one in cameras[:20]), ""
    if plan.unclear:
        yield say("importing.unclear", count=len(plan.unclear)), "yellow"
        for one in plan.unclear:
            yield f"  {unclear_words(replace(one, where=names.where(one.where)))}", ""
    if plan.unread:
        yield say("importing.unread", what="、".join(dict.fromkeys(plan.unread))), "yellow"
    if plan.open_suggestions:
        key = "importing.confirming" if confirm else "importing.suggestions"
        yield say(key, count=len(plan.open_suggestions)), "green" if confirm else ""
    if not (plan.steps or plan.newcomers or plan.unclear or plan.gone):
        yield say("importing.nothing"), ""
    if plan.newer:
        yield say("importing.newer", count=plan.newer), ""


def unclear_words(one: Unclear) -> str:
    """Say where something was not understood, why, and how to mend it."""
    named = one.label and one.label != NOWHERE
    where = f"{one.where}「{_short(one.label)}」" if named else one.where
    said = say("importing.typed_so", text=_short(one.text)) if one.text.strip() else ""
    values = {"words": "", "written": "", "most": "", "mistake": "", "cells": "", "count": "", "subject": ""}
    return f"{where}{said}：" + say(f"unclear.{one.why}", **{**values, **one.values})


def document(plan: Plan, choices: Choices, file: str, form: str, *, applied: bool) -> Mapping[str, Any]:
    """Return the preview for other programs."""
    taken = plan.taken(choices)

    def step(one: Step) -> Mapping[str, Any]:
        return {
            "where": one.edit.where,
            "subject": one.subject,
            "field": one.edit.field,
            "value": one.value,
            "typed": one.edit.text,
            "before": _claim(one.before),
            "measured": _claim(one.measured),
            "later": _claim(one.against),
            "taken": any(one is other for other in taken),
        }

    return {
        "schema": "camcensus/import/1",
        "file": file,
        "form": form,
        "applied": applied,
        **{kind: [step(one) for one in plan.of(kind)] for kind in ("new", "changed", "confirmed", "cleared")},
        "conflicts": [step(one) for one in plan.of("conflict")],
        "suggestions": [step(one) for one in plan.open_suggestions],
        "added": [
            {"where": one.line.where, "known": one.known, "cameras": one.wanted, "row": one.line.row}
            for one in plan.added
        ],
        "gone": [list(one.cameras) for one in plan.gone] + [[one] for one in plan.lost_lines],
        "unread": list(plan.unread),
        "newer": plan.newer,
        "unclear": [
            {"where": one.where, "label": one.label, "typed": one.text, "why": unclear_words(one)}
            for one in plan.unclear
        ],
    }


def _steps(steps: Sequence[Step], heading: str, names: Names, style: str) -> Iterator[tuple[str, str]]:
    if not steps:
        return
    yield say(f"importing.{heading}", count=len(steps)), style
    cells: dict[tuple[object, ...], list[Step]] = defaultdict(list)
    for one in steps:
        said = (one.before.value, one.before.source) if one.before else None
        later = (one.against.value, one.against.by) if one.against else None
        cells[one.edit.where, one.edit.field, repr(one.value), repr(said), later].append(one)
    for many in cells.values():
        yield f"  {_line(many, names)}", ""


def _line(many: Sequence[Step], names: Names) -> str:
    one, zone = many[0], names.catalogue.settings.zone
    values = {
        "where": names.where(one.edit.where),
        "field": names.field(one.edit),
        "subject": names.subjects(many),
        "value": _value(one.value),
        "before": _said(one.before, zone),
    }
    match one.kind:
        case "new":
            return say("importing.line_new", **values)
        case "confirmed":
            return say("importing.line_confirmed", **values)
        case "cleared":
            return say("importing.line_cleared", **values)
        case "conflict":
            beside = say("importing.beside", said=_said(one.measured, zone)) if one.measured else ""
            return say("importing.line_conflict", **values, later=_said(one.against, zone), beside=beside)
        case "changed":
            wins = names.catalogue.fields[one.edit.field].wins == "probe" and one.measured is not None
            return say("importing.line_changed", **values) + (say("importing.probe_wins") if wins else "")


def _added(plan: Plan, names: Names) -> Iterator[tuple[str, str]]:
    if not plan.newcomers:
        return
    yield say("importing.added", count=plan.newcomers), "green"
    for match in plan.added:
        if match.wanted:
            words = "，".join(f"{names.field(one)} {_value(one.value)}" for one in match.line.fields)
            yield (
                "  "
                + say(
                    "importing.line_added",
                    where=names.where(match.line.where),
                    words=words,
                    count=match.wanted,
                ),
                "",
            )


def _said(said: FieldValue | None, zone: tzinfo) -> str:
    if said is None:
        return say("importing.blank")
    at = to_the_minute(said.at, zone)
    source = say(f"source.{_SOURCES[said.source]}")
    by = f"{source} {_short(said.by)} {at}" if said.source == "person" else source
    return say("importing.said", value=_value(said.value), by=by)


def _claim(said: FieldValue | None) -> Mapping[str, Any] | None:
    if said is None:
        return None
    at: datetime = said.at
    return {"value": said.value, "source": said.source, "by": said.by, "at": at.isoformat()}


def _value(value: Scalar) -> str:
    return say("importing.blank") if value is None or value == "" else _short(shown(value))


def _short(text: str) -> str:
    flat = tidy(text).replace("\n", " ")
    return flat if len(flat) <= _MOST else f"{flat[:_MOST]}…"
