"""Built against quota, town by town: what one town has too many of never hides what another lacks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from config.plans import Quota
from reports.rollup.rates import percent
from reports.rollup.submission import same_name

# From the first step to the last. Whoever is further along has passed the steps before.
STATES = ("located", "built", "connected", "online")
TYPED = (*STATES, "accepted")


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """A place that has more at a later step than at the one before."""

    name: str
    earlier: str
    later: str
    numbers: tuple[int, int]


def place_named(quota: Quota, name: str) -> str | None:
    """Return the quota's own name of a place, found by an alias too."""
    wanted = same_name(name)
    for place in quota.places:
        if wanted in (same_name(one) for one in (place.name, *place.aliases)):
            return place.name
    return None


def track(quota: Quota, typed: Mapping[str, Mapping[str, int | None]]) -> pd.DataFrame:
    """Return a line for each place: quota, what was reported, done in percent, short, over, rank.

    Who has not reported has no numbers, and no rank. A quota of nought has no percentage.
    """
    rows = []
    for place in quota.places:
        said = typed.get(place.name, {})
        built = said.get("built")
        row: dict[str, object] = {"name": place.name, "kind": place.kind, "quota": place.quota}
        row |= {state: said.get(state) for state in TYPED}
        row["counted"] = None if built is None else min(built, place.quota)
        row["short"] = None if built is None else max(0, place.quota - built)
        row["over"] = None if built is None else max(0, built - place.quota)
        row["done"] = None if built is None else percent(min(built, place.quota), place.quota)
        rows.append(row)
    frame = pd.DataFrame(rows)
    for name in ("quota", *TYPED, "counted", "short", "over"):
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    frame["rank"] = _ranks(frame)
    return frame


def done(frame: pd.DataFrame) -> str:
    """Return how much of the whole quota is built, over-building left out."""
    return percent(int(frame["counted"].sum()), int(frame["quota"].sum()))


def out_of_order(frame: pd.DataFrame) -> list[OutOfOrder]:
    """Return every place where a later step has more than the one before."""
    found = []
    for row in frame.to_dict("records"):
        known = [(state, row[state]) for state in STATES if not pd.isna(row[state])]
        found += [
            OutOfOrder(str(row["name"]), earlier, later, (int(fewer), int(more)))
            for (earlier, fewer), (later, more) in itertools.pairwise(known)
            if more > fewer
        ]
    return found


def _ranks(frame: pd.DataFrame) -> pd.Series[int]:
    """Rank the places that have a quota and reported, by shares compared as whole numbers."""
    ranked = frame[(frame["kind"] == "place") & (frame["quota"] > 0) & frame["built"].notna()]
    counted, quotas = ranked["counted"], ranked["quota"]
    ranks = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    for one in ranked.index:
        ahead = counted * quotas[one] > counted[one] * quotas
        ranks[one] = int(ahead.sum()) + 1
    return ranks
