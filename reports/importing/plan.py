"""What an import would change on record: each edit is set against what is known by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from config.form import Form
from config.schema import Catalogue
from inventory.record import FieldValue, Scalar
from inventory.taking import Newcomer, Taking, Word
from reports.importing.added import Match, match_added
from reports.importing.edits import Edit, Edits, Gone, Unclear
from reports.importing.form_words import meant_by, on_record
from reports.importing.record_now import RecordNow, alike, is_of_profile, last_of
from reports.importing.values import Refused, same, shown

Kind = Literal["new", "changed", "confirmed", "cleared", "conflict"]


@dataclass(frozen=True, slots=True)
class Step:
    """One field of one subject that would change. `against`: a person's later word that it would replace."""

    kind: Kind
    subject: str
    value: Scalar
    edit: Edit
    before: FieldValue | None = None
    measured: FieldValue | None = None  # what a measurement says instead
    against: FieldValue | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person agrees to beyond plain changes."""

    confirm: bool = False  # every suggestion that the sheet shows is right
    clear: bool = False  # emptied cells take back what stood there
    overwrite: bool = False  # this sheet wins against later words


@dataclass(frozen=True, slots=True)
class Plan:
    """All that would happen, and all that would not. `open_suggestions` are shown and not confirmed."""

    steps: tuple[Step, ...]
    added: tuple[Match, ...]
    unclear: tuple[Unclear, ...]
    gone: tuple[Gone, ...]
    lost_lines: tuple[str, ...]  # cameras added by this file before whose line is gone
    open_suggestions: tuple[Step, ...]
    unread: tuple[str, ...] = ()
    newer: int = 0  # cells left alone whose words are no longer those of the record

    def of(self, kind: Kind) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind == kind)

    def taken(self, choices: Choices) -> tuple[Step, ...]:
        """Return the steps that these choices allow."""
        allowed = {"new", "changed", "confirmed"}
        allowed |= {"cleared"} if choices.clear else set()
        allowed |= {"conflict"} if choices.overwrite else set()
        confirmed = self.open_suggestions if choices.confirm else ()
        return (*(step for step in self.steps if step.kind in allowed), *confirmed)

    @property
    def newcomers(self) -> int:
        return sum(match.wanted for match in self.added)


def make_plan(edits: Edits, record: RecordNow, form: Form, catalogue: Catalogue) -> Plan:
    """Set every edit against the record. Nothing is written."""
    matched = match_added(edits.added, record)
    spoken = {
        (record.subject(one), edit.field)
        for edit in edits.fields
        if edit.deed != "left"
        for one in edit.subjects
    }
    newer = 0
    steps: list[Step] = []
    suggestions: list[Step] = []
    unclear = [*edits.unclear, *matched.unclear]
    for edit in (*edits.fields, *matched.edits):
        for given in edit.subjects:
            subject = record.subject(given)
            if not record.is_known(subject):
                if edit.deed in ("typed", "cleared"):
                    unclear.append(
                        Unclear(edit.where, edit.label, edit.text, "no_subject", {"subject": subject})
                    )
                continue
            if edit.deed == "cleared" and _is_read(record.value(subject, edit.field)):
                unclear.append(Unclear(edit.where, edit.label, "", "read"))
                continue
            step = _step(edit, subject, record, form, catalogue)
            if step is None and edit.deed == "left" and (subject, edit.field) not in spoken:
                step = _undone(edit, subject, record, form, catalogue)
                newer += step is None and _is_newer(edit, subject, record, form, catalogue)
            if step is not None and step.kind == "confirmed" and edit.deed == "left":
                suggestions.append(step)
            elif step is not None:
                steps.append(step)
    return Plan(
        tuple(steps),
        matched.matches,
        tuple(_once(unclear)),
        edits.gone,
        matched.lost,
        tuple(suggestions),
        edits.unread,
        newer,
    )


def taking_of(plan: Plan, choices: Choices, blank: Taking) -> Taking:
    """Return what goes on record. `blank` says which file it is, who brought it and when."""
    words = [word for step in plan.taken(choices) for word in _words(step, blank)]
    newcomers = [
        Newcomer(
            match.line.row,
            place,
            tuple((one.field, _said(one, one.value, blank)) for one in match.line.fields),
        )
        for match in plan.added
        for place in range(match.known, match.known + match.wanted)
    ]
    return replace(blank, words=tuple(words), newcomers=tuple(newcomers))


def _step(edit: Edit, subject: str, record: RecordNow, form: Form, catalogue: Catalogue) -> Step | None:
    """Return what an edit does to one subject, or None where it does nothing."""
    now = record.value(subject, edit.field)
    if edit.deed in ("left", "ticked"):
        guess = now is not None and now.source == "suggested" and not now.confirmed
        if now is None or not guess or not _was_shown(now, edit, form, catalogue):
            return None
        return Step("confirmed", subject, now.value, edit, now)
    typed = record.typed(subject, edit.field)
    last = last_of(typed)
    value = "" if edit.deed == "cleared" else edit.value
    if last is not None and alike(last.value, value) and not _profile_spoke_since(now, last):
        return None
    measured = record.measured(subject, edit.field)
    against = _later_word(edit, value, typed, now, record)
    if against is not None:
        return Step("conflict", subject, value, edit, now, measured, against)
    if edit.deed == "cleared":
        return Step("cleared", subject, value, edit, now, measured) if now is not None else None
    if now is None:
        return Step("new", subject, value, edit)
    if alike(now.value, value):
        return Step("confirmed", subject, value, edit, now) if now.source == "suggested" else None
    return Step("changed", subject, value, edit, now, measured)


def _undone(edit: Edit, subject: str, record: RecordNow, form: Form, catalogue: Catalogue) -> Step | None:
    """Return what a cell means that is as it was written, where this file itself has said otherwise since."""
    last = last_of(record.typed(subject, edit.field))
    now = record.value(subject, edit.field)
    if last is None or not record.is_undoing(last) or _profile_spoke_since(now, last):
        return None
    said = meant_by(edit.written, edit.field, form, catalogue) if edit.written.strip() else ""
    if isinstance(said, Refused) or alike(last.value, said):
        return None
    measured = record.measured(subject, edit.field)
    if said == "" or said is None:
        return Step("cleared", subject, "", replace(edit, deed="cleared"), now, measured) if now else None
    kind: Kind = "changed" if now else "new"
    return Step(kind, subject, said, replace(edit, deed="typed", value=said), now, measured)


def _is_newer(edit: Edit, subject: str, record: RecordNow, form: Form, catalogue: Catalogue) -> bool:
    """Say whether people have said otherwise since the sheet was written, than a cell that was left alone."""
    last = last_of(record.typed(subject, edit.field))
    if last is None or last.at <= record.made:
        return False
    return not alike(last.value, edit.written) and not _was_shown(last, edit, form, catalogue)


def _later_word(
    edit: Edit, value: Scalar, typed: list[FieldValue], now: FieldValue | None, record: RecordNow
) -> FieldValue | None:
    """Return the word of a person that came after this sheet was written, or after it was taken in before."""
    if now is not None and is_of_profile(now) and not same(shown(now.value or ""), edit.written):
        return now
    last = last_of(typed)
    if last is None:
        return None
    said_before = any(alike(one.value, value) for one in typed if record.is_of_sheet(one))
    if said_before or (last.at > record.made and not record.is_of_file(last)):
        return last
    return None


def _profile_spoke_since(now: FieldValue | None, last: FieldValue) -> bool:
    return now is not None and is_of_profile(now) and not alike(now.value, last.value)


def _once(unclear: list[Unclear]) -> Iterator[Unclear]:
    """Yield what a cell of several cameras says once."""
    told: set[tuple[str, str, str]] = set()
    for one in unclear:
        key = (one.where, one.label, one.why)
        if key not in told:
            told.add(key)
            yield one


def _is_read(now: FieldValue | None) -> bool:
    return now is not None and now.source in ("measured", "derived")


def _was_shown(now: FieldValue, edit: Edit, form: Form, catalogue: Catalogue) -> bool:
    """Say whether the sheet shows the suggestion that stands now, and not an older one."""
    words = {edit.written, *edit.written.split("、"), *edit.written.split("；")}
    if now.value is not None and any(same(shown(now.value), word) for word in words):
        return True
    return any(on_record(word, edit.field, form, catalogue) == now.value for word in words if word)


def _words(step: Step, blank: Taking) -> Iterator[Word]:
    if step.before is not None and is_of_profile(step.before):
        # So that it is known later whether the file or this sheet spoke last.
        told = replace(step.before, at=blank.at - timedelta(microseconds=1))
        yield Word(step.subject, step.edit.field, told)
    yield Word(step.subject, step.edit.field, _said(step.edit, step.value, blank))


def _said(edit: Edit, value: Scalar, blank: Taking) -> FieldValue:
    note = "" if edit.deed != "typed" or edit.text == shown(value or "") else edit.text
    return FieldValue(value, "person", f"{blank.file}!{edit.where}", blank.at, True, note)
