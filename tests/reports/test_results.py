"""The sentences under the table: what counts is what binds, and what lacks a baseline is told once."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from config.load import load_catalogue
from config.schema import binding_rules
from config.words import say
from reports import scan_json as out
from reports.lines import FORMAT_RULE
from reports.picture_words import LIVE_RULE
from reports.results import not_met, show

CATALOGUE = load_catalogue()
RULES = CATALOGUE.rules
ALL = frozenset(RULES)
MakeDocument = Callable[..., out.Document]


def finding(rule: str, verdict: str, *, binding: bool = True) -> dict[str, object]:
    known = {"metric": "width", "value": 1, "limit": 1}
    return {"rule": rule, "clause": "x", "verdict": verdict, "binding": binding, **known}


def shown(document: out.Document, width: int = 200) -> str:
    page = StringIO()
    show(Console(file=page, width=width), document, CATALOGUE)
    return page.getvalue()


def counts(rule: str, met: int, not_met: int, unknown: int) -> str:
    number = next(one.number for one in CATALOGUE.standards.values() if RULES[rule] in one.rules)
    clause = RULES[rule].clause if number in RULES[rule].clause else f"{number} {RULES[rule].clause}"
    told = {"rule": f"{clause} {RULES[rule].name}", "unit": say("result.of_channels")}
    return say("result.verdicts", **told, met=met, not_met=not_met, unknown=unknown)


def test_channels_without_a_baseline_are_told_once_with_what_was_not_judged(
    document_of: MakeDocument,
) -> None:
    first = document_of(gaps={"black": "no-baseline", "frozen": "no-baseline"})
    both = first.model_copy(update={"devices": [*first.devices, *first.devices]})
    faults = say("reading.comma").join(CATALOGUE.faults[fault].name for fault in ("black", "frozen"))
    nights = CATALOGUE.settings.baseline.nights
    page = shown(both, width=1000)
    assert page.count(say("result.no_baseline", count=2, faults=faults, nights=nights)) == 1


def test_a_reading_that_lacks_a_baseline_is_no_fault_that_was_not_judged(document_of: MakeDocument) -> None:
    page = shown(document_of(gaps={"view_shift": "no-baseline"}))
    assert "camcensus baseline set" not in page


def test_a_head_that_is_at_no_preset_is_told_apart_from_a_camera_without_a_baseline(
    document_of: MakeDocument,
) -> None:
    page = shown(document_of(gaps={"black": "off-preset"}), width=1000)
    assert say("result.off_preset", count=1, faults=CATALOGUE.faults["black"].name) in page
    assert "camcensus baseline set" not in page


@pytest.mark.parametrize(("verdict", "told"), [("met", True), ("not-met", True), ("unknown", False)])
def test_a_clause_is_counted_once_something_settles_it(
    document_of: MakeDocument, verdict: str, told: bool
) -> None:
    page = shown(document_of(findings=[finding(LIVE_RULE, verdict)]))
    expected = counts(LIVE_RULE, met=int(verdict == "met"), not_met=int(verdict == "not-met"), unknown=0)
    assert (expected in page) is told


def test_a_device_that_shows_no_channel_is_unknown_to_the_format_clause(document_of: MakeDocument) -> None:
    met = document_of(findings=[finding(FORMAT_RULE, "met")])
    mute = met.devices[0].model_copy(update={"channels": []})
    both = met.model_copy(update={"devices": [*met.devices, mute]})
    assert counts(FORMAT_RULE, met=1, not_met=0, unknown=1) in shown(both)


def test_what_does_not_bind_is_neither_counted_nor_not_met(document_of: MakeDocument) -> None:
    document = document_of(findings=[finding(LIVE_RULE, "not-met", binding=False)])
    assert not not_met(document, ALL)
    assert RULES[LIVE_RULE].name not in shown(document)


@pytest.mark.parametrize(
    ("campaign", "fails"),
    [("guannan-2018", False), ("chuzhou-2019", True), ("ruian-2018", True), ("huoqiu-2023", True)],
)
def test_the_campaigns_own_document_alone_binds_where_it_has_rules(
    document_of: MakeDocument, campaign: str, *, fails: bool
) -> None:
    document = document_of(findings=[finding("chuzhou-2019.storage", "not-met")])
    assert not_met(document, binding_rules(CATALOGUE, campaign)) is fails


def test_a_format_that_does_not_bind_is_shown_for_information(document_of: MakeDocument) -> None:
    document = document_of(findings=[finding(FORMAT_RULE, "not-met", binding=False)])
    assert say("result.advisory") in shown(document)


def test_recordings_that_are_not_due_yet_are_counted_apart(document_of: MakeDocument) -> None:
    page = shown(document_of(findings=[finding("guannan-2018.4", "not-due")]))
    early = say("result.verdicts_early", count=1)
    assert counts("guannan-2018.4", met=0, not_met=0, unknown=0) + early in page


def test_cameras_that_may_be_one_are_told_with_what_to_do(document_of: MakeDocument) -> None:
    place = out.Place(device_id="d1", address="127.0.0.2", channel=1)
    maybe = out.Suggestion(camera=place, channel=place, score=0.9, scene=0.9, names=0.9)
    document = document_of().model_copy(update={"suggestions": [maybe]})
    assert say("result.suggestions", count=1) in shown(document, width=1000)


@pytest.mark.parametrize("width", [80, 120])
def test_the_tv_lines_stand_in_the_table_of_a_narrow_and_a_wide_terminal(
    document_of: MakeDocument, width: int
) -> None:
    document = document_of(picture={"alive": True, "tvl_live_at_least": 502})
    assert say("lines.at_least", lines=502) in shown(document, width)


@pytest.mark.parametrize("width", [60, 80, 119, 120])
def test_why_a_line_is_unknown_and_which_device_refused_the_login_are_told_at_every_width(
    document_of: MakeDocument, width: int
) -> None:
    refused = document_of(picture={}, gaps={"alive": "auth-refused"})
    page = "".join(shown(refused, width).split())
    assert CATALOGUE.gaps["auth-refused"].name in page
    address = refused.devices[0].address
    assert say("result.login", count=1, addresses=address).replace(" ", "") in page


def test_clauses_that_read_the_same_stand_beside_each_other(document_of: MakeDocument) -> None:
    twins = ("guannan-2018.4", "chuzhou-2019.storage")
    told = [finding(rule, "met") for rule in (*twins, LIVE_RULE, FORMAT_RULE)]
    page = shown(document_of(findings=told), width=1000).splitlines()
    at = [next(n for n, line in enumerate(page) if f"{RULES[rule].name}：" in line) for rule in twins]
    assert abs(at[0] - at[1]) == 1


def test_a_line_has_the_id_by_which_its_picture_is_found(document_of: MakeDocument) -> None:
    document = document_of()
    device = document.devices[0]
    place = f"{device.id}.{device.channels[0].number}"
    page = shown(document, width=1000)
    file = f"{device.id}-{device.channels[0].number}.jpg"
    assert say("result.pictures", id=place, file=file) in page
    assert f"│ {place}" in page
