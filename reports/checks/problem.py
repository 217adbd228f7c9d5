"""One problem of a form, and what a check looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from config.campaign import Campaign
from config.form import Form
from config.problems import Severity
from config.schema import Catalogue
from inventory.identity import printable
from inventory.ledger import Ledger
from inventory.record import CameraRecord, FieldValue
from reports.paper import Paper

_LONGEST = 400  # characters of one part of a line


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at. `where` is a cell, a camera or a line of the profile, in words."""

    level: Severity
    form: str
    where: str
    what: str
    mend: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A filled form, all that was known when it was filled, and the words for what is wrong with it."""

    form: Form
    ledger: Ledger
    catalogue: Catalogue
    paper: Paper

    @property
    def campaign(self) -> Campaign:
        return self.catalogue.campaigns[self.form.campaign]

    @property
    def cameras(self) -> tuple[CameraRecord, ...]:
        """The cameras on the form; all of them where it names none."""
        shown = {camera for page in self.paper.pages for ids in page.keys.values() for camera in ids}
        listed = tuple(camera for camera in self.ledger.cameras if camera.id in shown)
        return listed or self.ledger.cameras

    def problem(self, kind: str, where: str, **values: object) -> Problem:
        words = self.catalogue.problems[kind]
        said = {name: _short(value) for name, value in values.items()}
        return Problem(words.level, self.form.id, where, words.what.format(**said), words.mend, kind)

    def name(self, camera: CameraRecord) -> str:
        """Return what a person finds the camera by."""
        if (called := self.paper.cameras.get(camera.id)) is not None:
            return called.full
        device = self.ledger.devices.get(camera.device_id)
        return camera.id if device is None else device.address

    def field(self, name: str) -> str:
        return self.catalogue.fields[name].name

    def profile(self, name: str) -> str:
        """Return how a person finds a field of the unit."""
        return f"{self.field(name)}（{name}）"


Check = Callable[[Case], Iterable[Problem]]


def _short(value: object) -> object:
    """Return what a device or a person wrote so that it can be shown in a line."""
    if not isinstance(value, str):
        return value
    said = printable(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def text_of(fields: Mapping[str, FieldValue], name: str) -> str:
    """Return what is on record as text, or an empty string."""
    value = fields.get(name)
    return "" if value is None or value.value is None else str(value.value).strip()
