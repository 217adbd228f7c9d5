"""What the school's own forms ask and no single figure says: the address by which a camera is known."""

from __future__ import annotations

from collections.abc import Mapping

from reports.forms.desk import Desk
from reports.forms.figures import Rule
from reports.forms.found import Found
from reports.forms.subject import Subject


def _place(desk: Desk, subject: Subject) -> Found:
    """Return where a camera answers, or the recorder's channel that shows it; one added by hand has none."""
    met = [item for item in subject.items if item.device is not None]
    words = tuple(dict.fromkeys(item.name.place for item in met))
    return Found(words, tuple(desk.counted("", item.name.place, "", (item,)) for item in met))


RULES: Mapping[str, Rule] = {"camera-place": _place}
