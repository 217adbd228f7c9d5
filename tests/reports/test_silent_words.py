"""What a person reads of an address where no camera was heard: never the code that scripts read."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from config.load import load_catalogue
from config.schema import Catalogue
from config.words import say
from probe.model import NO_PROTOCOL, Gap
from reports.readings import show_readings
from reports.results import show
from reports.scan_json import Document, Silent

CATALOGUE = load_catalogue()


def shown(how: Callable[[Console, Document, Catalogue], None], *silent: tuple[str, str]) -> str:
    listed = [Silent(address=address, why=why) for address, why in silent]
    page = StringIO()
    document = Document(run=None, devices=[], cameras=[], silent=listed, conflicts=[])
    how(Console(file=page, width=1000), document, CATALOGUE)
    return page.getvalue()


def test_open_ports_without_a_camera_behind_them_are_explained() -> None:
    said = shown(show_readings, ("10.1.2.3", f"{NO_PROTOCOL}: 80 8080"))
    ports = say("reading.comma").join(("80", "8080"))
    assert say("silent.no_protocol", ports=ports) in said
    assert NO_PROTOCOL not in said


@pytest.mark.parametrize(
    ("why", "key"), [(f"{NO_PROTOCOL}: 80", "result.no_protocol"), (Gap.UNREACHABLE.value, "result.silent")]
)
def test_what_is_no_camera_is_told_from_what_does_not_answer(why: str, key: str) -> None:
    said = shown(show, ("10.1.2.3", why))
    both = {one for one in ("result.no_protocol", "result.silent") if say(one, addresses="10.1.2.3") in said}
    assert both == {key}
