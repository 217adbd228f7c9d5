"""Which sheets are none of ours to take: another form, edition, campaign, workspace or school."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import UsageError
from config.form import Form
from config.schema import Catalogue
from config.words import say
from inventory.record import FieldValue
from inventory.sheet_meta import SheetMeta
from reports.form import edition_of
from reports.importing.places import NEW, flat


def form_of(meta: SheetMeta, catalogue: Catalogue, file: str) -> Form:
    """Return the form that the sheet is. Raise UsageError if it is of another campaign or edition."""
    keys = meta.keys
    form = catalogue.forms.get(keys["form"])
    if form is None:
        raise UsageError(say("importing.other_form", file=file, form=keys["form"]))
    if keys.get("campaign", form.campaign) != form.campaign:
        values = {"theirs": keys["campaign"], "ours": form.campaign}
        raise UsageError(say("importing.other_campaign", file=file, form=form.name, **values))
    if keys["edition"] != edition_of(form):
        what = "；".join(_differences(meta, form)) or say("importing.layout")
        raise UsageError(say("importing.other_edition", file=file, form=form.name, what=what))
    return form


def refuse_torn(meta: SheetMeta, file: str) -> None:
    """Raise UsageError for a sheet whose hidden page no longer says what each of its cells means."""
    if not meta.written or not {key for _, key in meta.rows} <= {one.row for one in meta.written}:
        raise UsageError(say("importing.torn_meta", file=file, what=say("importing.meaning")))


def refuse_strangers(meta: SheetMeta, workspace: str, unit: Mapping[str, FieldValue], file: str) -> None:
    """Raise UsageError for a sheet of another workspace or school."""
    codes = [str(said.value) for name in ("unit_code", "school") if (said := unit.get(name)) is not None]
    theirs, ours = meta.keys.get("unit", ""), codes[0] if codes else ""
    if meta.keys["workspace"] != workspace:
        raise UsageError(say("importing.other_workspace", file=file, theirs=theirs or "-", ours=ours or "-"))
    if theirs and codes and theirs not in codes:
        raise UsageError(say("importing.other_school", file=file, theirs=theirs, ours=ours))


def _differences(meta: SheetMeta, form: Form) -> list[str]:
    """Say in words which columns of a list only one of the two editions has."""
    if form.listing is None:
        return []
    theirs = {flat(one.label): one.label for one in meta.written if one.subject == NEW and not one.row}
    ours = {flat(column.label): column.label for column in form.listing.columns}
    lost = [flat(label) for key, label in theirs.items() if key not in ours]
    new = [flat(label) for key, label in ours.items() if key not in theirs]
    return [
        say(key, columns="、".join(labels))
        for key, labels in (("importing.only_theirs", lost), ("importing.only_ours", new))
        if labels and theirs
    ]
