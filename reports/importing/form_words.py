"""A form's own words as the record's: 单位局域网 of one form is 自建局域网 on record."""

from __future__ import annotations

from config.form import Form
from config.schema import Catalogue
from inventory.record import Scalar
from inventory.sheets import Raw
from reports.importing.values import Refused, same, shown, tidy, understand


def on_record(raw: Raw, field: str, form: Form, catalogue: Catalogue) -> Raw | Refused:
    """Return what a word of the form is on record; one that stands for several of ours is refused."""
    text = tidy(shown(raw))
    if field == "position":
        return _position(text, form, catalogue)
    for figure in form.figures.values():
        if figure.field == field and figure.words:
            ours = [word for word, theirs in figure.words.items() if same(text, theirs)]
            if ours and text not in ours:
                return ours[0] if len(ours) == 1 else Refused("several_words", tuple(ours))
    return raw


def meant_by(written: str, field: str, form: Form, catalogue: Catalogue) -> Scalar | Refused:
    """Return what words that stood in a cell are on record."""
    said = on_record(written, field, form, catalogue)
    return said if isinstance(said, Refused) else understand(catalogue.fields[field], said)


def is_what_was_written(value: Scalar, written: str, field: str, form: Form, catalogue: Catalogue) -> bool:
    """Say whether a typed value means no other than what was written: 2020年3月 and 2020.03."""
    was = meant_by(written, field, form, catalogue)
    return not isinstance(was, Refused) and repr(was) == repr(value)


def _position(text: str, form: Form, catalogue: Catalogue) -> Raw | Refused:
    campaign = catalogue.campaigns.get(form.campaign)
    areas = [area for area in campaign.areas if same(text, area.name)] if campaign else []
    ours = tuple(dict.fromkeys(position for area in areas for position in area.positions))
    if not ours or text in ours:
        return text
    return ours[0] if len(ours) == 1 else Refused("several_words", ours)
