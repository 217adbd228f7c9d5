"""Which recorder's channels may show which cameras on the network, by pictures of one run and by names.

Only a person can say so: schools are full of classrooms that look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inventory.behind import Place

if TYPE_CHECKING:
    from probe.picture.displacement import ViewMap

# A recorder hands out its pictures one after another, ten seconds each: a minute holds six. Nothing that
# moves is compared, so that the light has to be the same and the second need not.
SAME_LIGHT = timedelta(minutes=15)
# In the virtual school 52 % and more of the corners of one scene lie in the same place through camera and
# recorder, and 9 % at most of those of two rooms of one kind, though their outlines agree by up to 0.79. A
# share of a half is called 1.
LEAST_SCENE = 0.5
_WHOLE_SHARE = 0.5
_REACH_PX = 4.0  # at VIEW_WIDTH
_LEAST_CORNERS = 20
_LEAST_OUTLINE = 0.4  # costs little, and spares the corners of most pairs
_SHORTEST_PART = 3
_WEIGHT_OF_NAMES = 0.4
# What makers and installers leave as it came, or count through.
_SAYS_NOTHING = re.compile(
    r"((ip|network|net)?(camera|cam|dome|ipc|channel|chn|ch|nvr|dvr|通道|摄像机|摄像头|监控|监控点)+)?[a-z]?\d*"
)


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of a run. `names` are those of the channel and on the picture; `camera` is whose it is."""

    place: Place
    camera: Place
    at: datetime
    record: bytes = field(repr=False)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Two looks that may show one camera, each figure 0..1."""

    one: Look
    other: Look
    score: float
    scene: float
    names: float
    named: tuple[str, str]


def suggest(loose: Sequence[Look], channels: Sequence[Look]) -> list[Alike]:
    """Return the likeliest pairs of a camera and a channel that nothing ties, each in one at most."""
    views = _Views()
    pairs = [
        pair
        for one in loose
        for other in channels
        if abs(one.at - other.at) <= SAME_LIGHT and (pair := _compared(one, other, views)) is not None
    ]
    return list(_best(pairs))


def name_likeness(one: str, other: str) -> float:
    """Return 1 for equal names, 0.8 where one is the other with more words, 0 for others and for no names.

    Figures tell rooms apart: where they differ, the names do.
    """
    a, b = _plain(one), _plain(other)
    if not a or not b or _SAYS_NOTHING.fullmatch(a) or _SAYS_NOTHING.fullmatch(b):
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    same_figures = re.findall(r"\d+", a) == re.findall(r"\d+", b)
    return 0.8 if same_figures and len(short) >= _SHORTEST_PART and short in long else 0.0


class _Views:
    """The outlines of looks, each read once. Picture code is loaded when there is work for it."""

    def __init__(self) -> None:
        self._views: dict[Place, ViewMap | None] = {}

    def scene(self, one: Look, other: Look) -> float:
        """Return 0..1, how much of what stands out in both pictures lies in the same place; 0 if unknown."""
        from probe.picture.displacement import likeness

        here, there = self._view(one), self._view(other)
        if here is None or there is None or likeness(here, there) < _LEAST_OUTLINE:
            return 0.0
        return min(1.0, _share_in_place(here, there) / _WHOLE_SHARE)

    def _view(self, look: Look) -> ViewMap | None:
        from probe.picture.reference import read_record

        if look.place not in self._views:
            reference = read_record(look.record)
            self._views[look.place] = reference.view if reference is not None else None
        return self._views[look.place]


def _compared(one: Look, other: Look, views: _Views) -> Alike | None:
    scene = views.scene(one, other)
    if scene < LEAST_SCENE:
        return None
    names, named = max(
        ((name_likeness(a, b), (a, b)) for a in one.names or ("",) for b in other.names or ("",)),
        key=lambda found: found[0],
    )
    score = (1 - _WEIGHT_OF_NAMES) * scene + _WEIGHT_OF_NAMES * names
    return Alike(one, other, round(score, 3), round(scene, 3), names, named)


def _share_in_place(one: ViewMap, other: ViewMap) -> float:
    """Return which share of the corners of both is each other's likest, and in the same place."""
    (places, roots), (others, other_roots) = one.corners, other.at_size_of(one).corners
    fewest = min(len(places), len(others))
    if fewest < _LEAST_CORNERS:
        return 0.0
    alike = roots @ other_roots.T
    likest = alike.argmax(1)
    is_mutual = alike.argmax(0)[likest] == range(len(alike))
    ways = places - others[likest]
    is_near = (ways**2).sum(1) < _REACH_PX**2
    return float((is_mutual & is_near).sum()) / fewest


def _best(pairs: Sequence[Alike]) -> Iterator[Alike]:
    taken: set[Place] = set()
    for pair in sorted(pairs, key=lambda one: (-one.score, one.one.place, one.other.place)):
        if pair.one.place not in taken and pair.other.place not in taken:
            taken |= {pair.one.place, pair.other.place}
            yield pair


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name)).casefold()
