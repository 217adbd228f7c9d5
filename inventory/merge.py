"""What stands on record when several speak: by the catalogue's rule, nothing overwritten, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Literal

from inventory.record import FieldValue, Source

_RANK: dict[Source, float] = {"suggested": 0, "derived": 1, "measured": 2, "person": 3}
# What a recorder says of a camera, or what was read through it, stands behind the camera's own word.
_THROUGH_A_RECORDER = 0.5


@dataclass(frozen=True, slots=True)
class Merged:
    """`value` stands, `beside` is all else that was said, `conflict` is (typed, measured) if they differ."""

    value: FieldValue | None
    beside: tuple[FieldValue, ...]
    conflict: tuple[FieldValue, FieldValue] | None


def merge(said: Iterable[FieldValue], wins: Literal["person", "probe"]) -> Merged:
    """Merge all claims on one field of one camera. The order they come in changes nothing."""
    # Keyed by text because True, 1 and 1.0 are equal to Python, and different claims to us.
    claims = [claim for _, claim in sorted({order(claim): claim for claim in said}.items())]
    typed = _latest_typed(claims)
    heard = [claim for claim in claims if claim.source != "person" and _says(claim)]
    read = max(_undoubted(heard), key=_strength, default=None)
    if read is not None and read.source == "suggested" and _is_rejected(claims):
        read = None
    # A suggestion is a guess: it never stands against a person, and differing from one is no conflict.
    hard = read if read is not None and read.source != "suggested" else None

    value = hard if wins == "probe" and hard is not None else typed or read
    conflict = (typed, hard) if typed is not None and hard is not None and not _same(typed, hard) else None
    beside = tuple(claim for claim in claims if claim is not value)
    return Merged(value, beside, conflict)


def order(claim: FieldValue) -> tuple[str, ...]:
    """Return a sorting key that differs for any two different claims; the later claim comes later."""
    rest = (
        claim.by,
        type(claim.value).__name__,
        repr(claim.value),
        claim.note,
        str(claim.confirmed),
        claim.via,
        claim.doubt,
    )
    return (claim.at.astimezone(UTC).isoformat(timespec="microseconds"), claim.source, *rest)


def _latest_typed(claims: list[FieldValue]) -> FieldValue | None:
    """Return a person's last word. An empty one takes back what was typed before."""
    last = next((claim for claim in reversed(claims) if claim.source == "person"), None)
    return last if last is not None and _says(last) else None


def _is_rejected(claims: list[FieldValue]) -> bool:
    """Say whether a person's last word is "": they emptied the cell, so a guess is not put there again."""
    last = next((claim for claim in reversed(claims) if claim.source == "person"), None)
    return last is not None and last.value == ""


def _says(claim: FieldValue) -> bool:
    return claim.value is not None and claim.value != ""


def _undoubted(heard: list[FieldValue]) -> list[FieldValue]:
    """Return what counts: on each way to the camera its last doubt alone, unless that was settled since."""
    weighed = {claim.via: claim for claim in heard if claim.doubt}  # the last one of each way
    open_still = {via: claim for via, claim in weighed.items() if claim.doubt == "raised"}
    return [
        claim
        for claim in heard
        if (claim is open_still[claim.via] if claim.via in open_still else claim.doubt != "raised")
    ]


def _strength(claim: FieldValue) -> tuple[float, bool, tuple[str, ...]]:
    """Rank a doubt as what it is raised against: a recorder's word never hides the camera's own."""
    is_raised = claim.doubt == "raised"
    rank = _RANK["derived"] if is_raised else _RANK[claim.source]
    return rank - _THROUGH_A_RECORDER if claim.via else rank, is_raised, order(claim)


def _same(one: FieldValue, other: FieldValue) -> bool:
    return str(one.value).strip() == str(other.value).strip()
