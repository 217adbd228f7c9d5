"""From what is known to the report, and from the report to its file. 体检报告"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from config.words import language, say
from inventory.case_points import fault_points_of_cases
from inventory.watch import Rate
from reports.health.album import Album
from reports.health.calendars import recorders
from reports.health.cameras import cards
from reports.health.changes import changes
from reports.health.dossier import Dossier, Place
from reports.health.faults import case_place, explaining, lasting, open_faults, took_down
from reports.health.figures import clauses, figures, group_rates, groups
from reports.health.parts import Card, Fault, Headline, Health, Standing
from reports.health.plots import HEIGHT, LEFT, TOP, WIDTH, plots
from reports.health.shifts import shifts
from reports.health.shown import Shown, shown_places
from reports.health.untested import untested

_A_NIGHT = timedelta(hours=36)
_BOX = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "top": TOP}


def health_of(dossier: Dossier, album: Album) -> Health:
    """Return what the report says. Pictures of faults are taken first, should there be too many."""
    places = shown_places(dossier.document, dossier.catalogue)
    faults = open_faults(dossier, places, album)
    moved = tuple(shifts(dossier, places, album))
    shown = cards(dossier, places, album)
    return Health(
        school=dossier.school or say("health.school"),
        night=dossier.day.isoformat(),
        measured=dossier.measured.strftime("%Y-%m-%d %H:%M") if dossier.measured else "",
        made=dossier.local(dossier.now),
        headline=_headline(dossier, shown, faults),
        notice=_notice(dossier),
        figures=tuple(figures(dossier)),
        group_rates=tuple(group_rates(dossier)),
        groups=tuple(groups(dossier)),
        clauses=tuple(clauses(dossier)),
        faults=tuple(faults),
        explained=sum(case.is_open for case in dossier.cases) - len(explaining(dossier)),
        points=_points(dossier, shown, faults, places),
        changes=tuple(changes(dossier, places)),
        cards=tuple(shown),
        shifts=moved,
        recorders=tuple(recorders(dossier)),
        plots=tuple(plots(dossier)),
        untested=tuple(untested(dossier, places)),
    )


def html_of(health: Health) -> str:
    """Return the page: one file that asks nothing of anybody."""
    letters: Mapping[Standing, str] = {
        "ok": say("health.letter_ok"),
        "fault": say("health.letter_fault"),
        "unknown": say("health.letter_unknown"),
        "none": say("health.letter_none"),
    }
    page = _environment().get_template("health.html")
    return page.render(health=health, say=say, letters=letters, box=_BOX, lang=language())


@cache
def _environment() -> Environment:
    # Device text is hostile until proven otherwise: all that is put into the page is escaped.
    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: object) -> object:
    """Return a text without marks that turn around what stands after them, or break the file."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(sign for sign in value if sign.isprintable() or sign.isspace())


def _template(name: str) -> str:
    return files("reports").joinpath("health", "templates", name).read_text("utf-8")


def _notice(dossier: Dossier) -> str:
    """Say that the report is of a day that is past, or that nobody has looked for more than a night."""
    if dossier.is_past:
        return say("health.past", day=dossier.day)
    if dossier.measured is None or dossier.now - dossier.measured < _A_NIGHT:
        return ""
    return say("health.stale", time=lasting(dossier.measured, dossier.now))


def _headline(dossier: Dossier, shown: list[Card], faults: list[Fault]) -> Headline:
    states = [card.standing for card in shown]
    good, faulty, unknown = (states.count(one) for one in ("ok", "fault", "unknown"))
    used = good + faulty + unknown
    heard = sum(record.answered for record in dossier.records.values())
    online = next((one.numerator for one in dossier.rates if _is_whole(one, "online")), heard)
    return Headline(
        conclusion=_conclusion(used, faulty, unknown, faults),
        cameras=used,
        online=online,
        good=good,
        faulty=faulty,
        unknown=unknown,
    )


def _points(dossier: Dossier, shown: list[Card], faults: list[Fault], places: Mapping[Place, Shown]) -> str:
    """Return what forms call 系统目前的故障点; nothing before all that was found is confirmed or gone."""
    if not dossier.results or any(fault.number is None for fault in faults):
        return ""
    return fault_points_of_cases(
        dossier.cases,
        lambda case: case_place(case, dossier, places),
        dossier.catalogue.watch,
        {case.id: len(took_down(case, dossier)) for case in explaining(dossier)},
        [card.name for card in shown if card.standing == "unknown"],
    )


def _is_whole(rate: Rate, name: str) -> bool:
    return rate.name == name and not rate.member


def _conclusion(cameras: int, faulty: int, unknown: int, faults: list[Fault]) -> str:
    urgent = [fault for fault in faults if fault.urgency == "urgent"]
    if not cameras:
        return say("health.none_known")
    if urgent:
        first = f"{urgent[0].where} {urgent[0].name}"
        words = say("health.urgent", count=len(urgent), first=first)
        more = len(faults) - len(urgent)
        return words + say("health.urgent_more", count=more) if more else words
    if faults or faulty:
        return say("health.some_faulty", faults=len(faults), faulty=faulty, unknown=unknown)
    if unknown:
        return say("health.some_unknown", cameras=cameras, unknown=unknown)
    return say("health.all_good", cameras=cameras)
