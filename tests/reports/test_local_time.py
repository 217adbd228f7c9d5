"""A school whose clock is not Beijing's: every sheet and page tells its own time, of its own day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_catalogue, with_site
from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger
from inventory.record import View
from probe.model import Channel, ChannelReport, Evidence, Measured
from reports.evidence_sheet import evidence_parts
from reports.form import fill
from reports.forms.desk import Choices, Desk
from reports.forms.figures import local_day
from reports.recorded import recording_of
from reports.snapshots import keep_pictures

URUMQI = with_site(load_catalogue(), Site(settings={"watch": {"zone": "Asia/Urumqi"}}))
BEIJING = load_catalogue()
# One in the morning in Beijing, eleven at night before in Urumqi.
NIGHT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(("catalogue", "day"), [(BEIJING, "2026-11-21"), (URUMQI, "2026-11-20")])
def test_a_form_bears_the_day_on_which_it_was_made_there(catalogue: Catalogue, day: str) -> None:
    assert local_day(Desk(catalogue.forms["ruian-2018-list"], catalogue, Choices(), NIGHT)) == day


def test_the_evidence_sheet_tells_the_times_there(ledger_of: Callable[[View], Ledger], view: View) -> None:
    paper = fill(URUMQI.forms["ruian-2018-list"], ledger_of(view), URUMQI, Choices())
    when = {line[6] for part in evidence_parts(paper)[:1] for line in part.lines}
    assert "2026-03-02 06:15:14" in when


@pytest.mark.parametrize(("catalogue", "offset"), [(BEIJING, "+08:00"), (URUMQI, "+06:00")])
def test_when_recordings_were_asked_for_is_told_by_the_clock_there(catalogue: Catalogue, offset: str) -> None:
    listed = Evidence("recording_source", Measured("isapi-days"), "test", NIGHT)
    recording = recording_of((listed,), catalogue.settings.zone)
    assert recording is not None
    assert str(recording.read_at).endswith(offset)


def test_evidence_of_a_fault_that_is_over_bears_the_day_there(tmp_path: Path) -> None:
    for crops in ({"frozen": b"still"}, {}):
        keep_pictures(tmp_path, "d1", ChannelReport(Channel(1), jpeg=b"x", crops=crops), URUMQI, NIGHT)
    assert {path.name for path in tmp_path.iterdir()} == {"d1-1.jpg", "d1-1.frozen.2026-11-20.jpg"}
