"""Rates over cameras as whole numbers: what counts, out of how many, and how many are not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from config.campaign import Thresholds
from config.plans import Among, Rate
from inventory.in_use import OUT_OF_USE as _WORDS

# What `cameras` below holds; 是, 否 or nothing where it is a question.
CAMERA_COLUMNS = (
    "position",
    "build_state",
    "life_state",
    "faces_public",
    "anti_terror_key",
    "built_on",
    "networked",
    "hd",
    "intact",  # True, False or nothing, as "works": on line with a good picture
    "works",
    "days",  # its recordings are proven to reach back so far
    "days_at_most",
    "age",  # days since recording began; nothing where that is long ago or not known
    "channels",
)
PLANNED, OUT_OF_USE = (tuple(_WORDS[field]) for field in ("build_state", "life_state"))

RateVerdict = Literal["met", "not-met", "unknown", "n/a"]


@dataclass(frozen=True, slots=True)
class Share:
    """`met` of `total`; `unknown` of them are neither; `outside` may belong to them or not."""

    met: int
    total: int
    unknown: int
    outside: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(
            self.met + other.met,
            self.total + other.total,
            self.unknown + other.unknown,
            self.outside + other.outside,
        )

    @property
    def sound(self) -> bool:
        return min(self.met, self.unknown, self.outside) >= 0 and self.met + self.unknown <= self.total


def percent(part: int, whole: int) -> str:
    """Return the rate cut to a tenth of a percent, never rounded up; — where there is nothing to divide."""
    if whole == 0:
        return "—"
    tenths = 1000 * part // whole
    return f"{tenths // 10}.{tenths % 10}%"


def verdict(share: Share, limit_pct: int, among: Among = "all") -> RateVerdict:
    """Compare whole numbers. What is not known never helps: it may only leave the question open.

    Cameras outside may cover a place and are none; of a rate over cameras all may be part, good or bad.
    """
    if share.total == 0 and (share.outside == 0 or among == "positions"):
        return "n/a"
    most = share.met + share.unknown + share.outside
    whole = share.total
    if among == "positions":
        most = min(whole, most)
    else:
        whole += share.outside
    if 100 * share.met >= limit_pct * whole:
        return "met"
    return "not-met" if 100 * most < limit_pct * whole else "unknown"


def shares(
    cameras: pd.DataFrame,
    rates: Iterable[Rate],
    limits: Thresholds,
    wanted: Mapping[str, Sequence[str]],
) -> dict[str, Share]:
    """Return each rate's share by its id. `wanted`: the places to be covered, and the positions of each."""
    standing = cameras[~cameras["build_state"].isin(PLANNED) & ~cameras["life_state"].isin(OUT_OF_USE)]
    return {rate.id: _share(standing, rate, limits, wanted) for rate in rates}


def _share(
    cameras: pd.DataFrame, rate: Rate, limits: Thresholds, wanted: Mapping[str, Sequence[str]]
) -> Share:
    if rate.among == "positions":
        return _covered(cameras, wanted)
    weight = cameras["channels"] if rate.among == "channels" else pd.Series(1, index=cameras.index)
    member = _member(cameras, rate, limits)
    met = _outcome(cameras, rate, limits)
    inside = member.fillna(False).astype(bool)
    return Share(
        met=int(weight[inside & met.fillna(False).astype(bool)].sum()),
        total=int(weight[inside].sum()),
        unknown=int(weight[inside & met.isna()].sum()),
        outside=int(weight[member.isna()].sum()),
    )


def _member(cameras: pd.DataFrame, rate: Rate, limits: Thresholds) -> pd.Series[bool]:
    """Say of each camera whether the rate is about it; NA where that is not known."""
    everyone = pd.Series(True, index=cameras.index, dtype="boolean")
    match rate.among:
        case "public":
            member = _yes_no(cameras["faces_public"])
        case "new" if limits.new_since is not None:
            member = _since(cameras["built_on"], limits.new_since)
        case _:
            member = everyone
    # Of one whose state nobody named it is not known whether it stands.
    return member & everyone.mask(cameras["build_state"].isna())


def _outcome(cameras: pd.DataFrame, rate: Rate, limits: Thresholds) -> pd.Series[bool]:
    match rate.measure:
        case "intact":
            return cameras["intact"].astype("boolean")
        case "hd" | "networked":
            words = {"已联网": "是", "未联网": "否"} if rate.measure == "networked" else {}
            return _yes_no(cameras[rate.measure].replace(words))
        case _:
            least, key = limits.retention_days or 0, limits.retention_days_key or 0
            due = pd.Series(least, index=cameras.index).mask(_is(cameras["anti_terror_key"], "是"), key)
            return _kept(cameras, due)


def _covered(cameras: pd.DataFrame, wanted: Mapping[str, Sequence[str]]) -> Share:
    met = unknown = 0
    works = cameras["works"].astype("boolean").mask(cameras["build_state"].isna())
    for positions in wanted.values():
        here = works[cameras["position"].isin(positions)]
        if bool(here.fillna(False).any()):
            met += 1
        elif bool(here.isna().any()):
            unknown += 1
    # A camera whose place nobody named may cover one of them.
    return Share(met, len(wanted), unknown, int(cameras["position"].isna().sum()))


def _kept(cameras: pd.DataFrame, due: pd.Series[int]) -> pd.Series[bool]:
    """Say whether recordings reach back as far as is due. 新装未满天数

    They fall short where even the most that they may hold does, unless recording began too lately.
    """
    days, most, age = (
        pd.to_numeric(cameras[name]).astype("Int64") for name in ("days", "days_at_most", "age")
    )
    enough = (days >= due).fillna(False).astype("boolean")
    is_young = (age < due).fillna(False).astype("boolean")
    too_few = (most < due).fillna(False).astype("boolean") & ~is_young
    return enough.mask(~enough & ~too_few)


def _yes_no(said: pd.Series[str]) -> pd.Series[bool]:
    return said.map({"是": True, "否": False}).astype("boolean")


def _is(said: pd.Series[str], word: str) -> pd.Series[bool]:
    return said.fillna("") == word


def _since(built: pd.Series[str], since: str) -> pd.Series[bool]:
    """Compare dates; of 2019.02 nobody can say whether it is after 2019-02-12."""
    told = built.map(lambda said: _from(str(said), since), na_action="ignore")
    return told.astype("boolean")


def _from(said: str, since: str) -> bool | None:
    parts = [int(part) for part in said.replace("/", "-").replace(".", "-").split("-") if part.isdecimal()]
    limit = [int(part) for part in since.split("-")]
    if not parts or (len(parts) < len(limit) and parts == limit[: len(parts)]):
        return None
    return parts >= limit
