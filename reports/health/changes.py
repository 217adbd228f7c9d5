"""What is otherwise than the night before, in sentences. 变化"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.words import say
from reports.health.dossier import Dossier, Place
from reports.health.shown import Shown, subject_words


def changes(dossier: Dossier, places: Mapping[Place, Shown]) -> Iterator[str]:
    """Yield a sentence for each change of the last night."""
    for change in dossier.changes:
        where = subject_words(change.subject, dossier.document, places)
        yield say(
            f"changed.{change.kind}", where=where, before=_value(change.before), after=_value(change.after)
        )


def _value(value: object) -> str:
    if value is None:
        return say("picture.unknown")
    return f"{value:g}" if isinstance(value, float) else str(value)
