"""Two rows that may be one camera are told before the form is handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.people import PeoplesWords
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Kind, Sight, Suggestion, View
from probe.model import Channel, ChannelReport, DeviceReport, Target
from reports.checks.problem import Problem
from reports.checks.run import problems
from reports.form import fill

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
FORM = "ruian-2018-list"


def ledger_of(catalogue: Catalogue, **more: Any) -> Ledger:  # noqa: ANN401
    """A camera of the gate on the network, and a channel of a recorder that may show the same one."""
    places = (Sight("d1", 1), Sight("d2", 4))
    kinds: tuple[Kind, ...] = ("camera", "recorder")
    gate = {"position": FieldValue("正门", "person", "李老师", AT, confirmed=True)}
    devices = tuple(
        DeviceRecord(
            at.device_id,
            kind,
            address,
            DeviceReport(Target(address), (), (ChannelReport(Channel(at.channel, "正门-2")),)),
            AT,
            AT,
            answered=True,
        )
        for at, kind, address in zip(places, kinds, ("10.0.0.1", "10.0.0.2"), strict=True)
    )
    cameras = tuple(
        CameraRecord(
            f"{at.device_id}.{at.channel}", at.device_id, at.channel, (), gate, True, (at.channel,), (at,)
        )
        for at in places
    )
    alike = Suggestion(1, *places, 0.98, 0.97, 1.0, ("正门-2", "正门-2"), AT)
    view = replace(View(None, devices, cameras), suggestions=(alike,))
    return build_ledger(replace(view, **more), Site(), catalogue, PeoplesWords(), AT)


def told(catalogue: Catalogue, ledger: Ledger) -> list[Problem]:
    paper = fill(catalogue.forms[FORM], ledger, catalogue)
    return [one for one in problems(paper, catalogue, ledger) if one.id == "double-camera"]


def test_a_pair_that_nobody_has_answered_is_told_with_both_places(catalogue: Catalogue) -> None:
    (one,) = told(catalogue, ledger_of(catalogue))
    assert (one.level, "10.0.0.1" in one.where, "10.0.0.2" in one.what) == ("warn", True, True)
    assert "camcensus same list" in one.mend


@pytest.mark.parametrize("kept", [0, 1])
def test_a_pair_of_which_only_one_stands_on_the_form_is_not_told(catalogue: Catalogue, kept: int) -> None:
    whole = ledger_of(catalogue)
    only = (whole.view.cameras[kept],)
    assert told(catalogue, ledger_of(catalogue, cameras=only)) == []


def test_a_pair_that_was_answered_is_not_told(catalogue: Catalogue) -> None:
    assert told(catalogue, ledger_of(catalogue, suggestions=())) == []
