"""What lies on the desk of the one who fills a form in: the form, the catalogue, and what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from config import values
from config.figure import Where
from config.form import Form
from config.schema import Catalogue
from inventory.in_use import BUILT, REBUILT, is_planned
from inventory.record import FieldValue, Scalar
from reports.blank import why_blank
from reports.forms.subject import Item, Subject
from reports.sheet import Missing, Origin, ScopeChoice

_OF_HARDWARE = frozenset({"brand", "model", "hd", "access-network", "osd-text", "channel-name", "coding"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What a document leaves open. None: as the form says."""

    grouped: bool | None = None
    scope: ScopeChoice = "in-scope"
    note_offline: bool = False  # write 离线n台 into the remarks
    as_list: bool = False  # a transposed form as a plain list, for upload
    drafts: bool = False  # propose records where a form knows how
    rebuild_counts_as_built: bool = False
    ticked: str = "☑"
    edition: str = ""
    workspace: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    form: Form
    catalogue: Catalogue
    choices: Choices
    made: datetime
    measured: datetime | None = None

    @property
    def zone(self) -> tzinfo:
        """The school's, or the office's that joins its sheets."""
        return self.catalogue.settings.zone

    def said(self, name: str, subject: Subject) -> Iterator[tuple[str, Item | None, FieldValue | None]]:
        """Yield each holder of a field, as an import names it, and what is on record: None for a blank."""
        level = self.catalogue.fields[name].level
        if level in ("unit", "system") and any(name in item.fields for item in subject.items):
            level = "camera"  # lines of many units' sheets: each says whose it is
        match level:
            case "unit":
                yield "unit", None, known(subject.unit.get(name))
            case "system":
                for system in subject.systems:
                    yield system.about, None, known(system.fields.get(name))
            case _:
                for item in subject.items:
                    yield item.about, item, known(item.fields.get(name))

    def of_item(self, name: str, item: Item, subject: Subject) -> FieldValue | None:
        """Return what one camera's record says, or its system's or unit's where the field is theirs."""
        if name in item.fields:
            return known(item.fields[name])
        match self.catalogue.fields[name].level:
            case "unit":
                return known(subject.unit.get(name))
            case "system":
                own = (one for one in subject.systems if one.about == f"system:{item.system}")
                return next((known(one.fields.get(name)) for one in own), None)
            case _:
                return None

    def fits(self, where: Where, item: Item, subject: Subject) -> bool | None:
        """Say whether all of `where` holds; None where what is not known decides."""
        sure = True
        for name, allowed in where.items():
            value = self.of_item(name, item, subject)
            if value is None:
                sure = False
            elif not set(self.words(name, value)) & set(allowed):
                return False
        return True if sure else None

    def text(self, name: str, value: FieldValue) -> str:
        """Return what a form prints for a value: for a place, this campaign's word for it."""
        said = words_of(value)
        if self.catalogue.fields[name].type == "date":
            return values.plain_date(said)
        if name == "position":
            return self.catalogue.campaigns[self.form.campaign].word_for(said) or said
        return said

    def printed(self, name: str, value: FieldValue) -> Scalar:
        """Return a number as it is, anything else in this form's words."""
        if isinstance(value.value, int | float) and not isinstance(value.value, bool):
            return value.value
        return self.text(name, value)

    def words(self, name: str, value: FieldValue) -> tuple[str, ...]:
        """Return each of several words on its own. A rebuilt camera may count as a built one too."""
        if name == "build_state" and self.choices.rebuild_counts_as_built and value.value == REBUILT:
            return (REBUILT, BUILT)
        return values.words_of(self.catalogue.fields[name], self.text(name, value))

    def origin(self, name: str, value: FieldValue, item: Item | None, note: str = "") -> Origin:
        said = "；".join(part for part in (value.note, "" if value.source == "person" else note) if part)
        return Origin(
            self.catalogue.fields[name].name,
            self.text(name, value),
            value.source,
            value.by,
            value.at,
            value.at,
            value.confirmed,
            said,
            () if item is None else (item.id,),
        )

    def counted(
        self, name: str, value: Scalar, note: str, items: Iterable[Item], *, sure: bool = True
    ) -> Origin:
        """Return the origin of what the form itself worked out."""
        ids = tuple(item.id for item in items)
        return Origin(name, str(value), "derived", "sheet", self.made, self.made, sure, note, ids)

    def blank(self, name: str, item: Item | None, *, listed: bool) -> Missing:
        if item is not None and is_planned(item) and self._is_measured(name):
            planned = self.catalogue.sheet_words.blank["planned"]
            field = self.catalogue.fields[name]
            return Missing(field.name, planned.why, planned.mend, needed=False, cameras=(item.id,))
        camera = None if item is None else item.camera
        device = None if item is None else item.device
        said = why_blank(self.catalogue, name, camera, device, listed=listed)
        return said if item is None or not said.cameras else replace(said, cameras=(item.id,))

    def _is_measured(self, name: str) -> bool:
        field = self.catalogue.fields[name]
        return field.metric is not None or field.derived in _OF_HARDWARE


def known(value: FieldValue | None) -> FieldValue | None:
    """Return the value, or None where nothing is said."""
    return None if value is None or value.value is None or not str(value.value).strip() else value


def words_of(value: FieldValue) -> str:
    match value.value:
        case None:
            return ""
        case bool(yes):
            return "是" if yes else "否"
        case other:
            return str(other).strip()


def joined_origins(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Return those that say the same as one, with all their cameras and times."""
    every = tuple(origins)
    if len(every) < 2:
        return every
    joined: dict[tuple[object, ...], list[Origin]] = {}
    for one in every:
        key = (one.name, one.value, one.source, one.by, one.confirmed, one.note)
        joined.setdefault(key, []).append(one)
    return tuple(_as_one(many) for many in joined.values())


def _as_one(many: list[Origin]) -> Origin:
    if len(many) == 1:
        return many[0]
    return replace(
        many[0],
        first=min(one.first for one in many),
        last=max(one.last for one in many),
        cameras=_union(one.cameras for one in many),
    )


def joined_missing(missing: Iterable[Missing]) -> tuple[Missing, ...]:
    every = tuple(missing)
    if len(every) < 2:
        return every
    joined: dict[tuple[object, ...], list[Missing]] = {}
    for one in every:
        joined.setdefault((one.name, one.why, one.mend, one.needed, one.importable), []).append(one)
    return tuple(
        many[0] if len(many) == 1 else replace(many[0], cameras=_union(one.cameras for one in many))
        for many in joined.values()
    )


def _union(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in many for one in some))
