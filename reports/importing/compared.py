"""The lines of a table as they are now against all that was written for its keys, counted in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inventory.sheet_meta import Written
from reports.importing.places import Table
from reports.importing.values import Refused, folded, shown, whole_number

NUMBER = "#number"
_OF_DEVICE = frozenset(
    {"model", "serial", "mac", "ip", "ipv4", "ipv6", "gb_code"}
)  # nobody types these alike
_PART = 256  # lines that are compared at once

Columns = Mapping[int, Sequence[Written]]  # what was written for one key, by the column where it was
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that is not taken. `why` names the sentence, `other` the line that it is like."""

    line: int
    why: str
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Lines and keys by their number in `lines` and `keys`: each line stands with the key of its number.

    `now` and `was` have a row for each of them and a column for each that can be compared; equal figures are
    equal words. `numbered` leads from a line to the key that its printed number names, where the numbers were
    not simply counted anew from above.
    """

    keys: tuple[str, ...]
    lines: tuple[int, ...]
    now: Counts
    was: Counts
    blank: int
    device: tuple[int, ...]  # columns by which a person knows the device itself
    numbered: Mapping[int, int]

    def apart(self) -> frozenset[int]:
        """Return the lines that show that lines and keys do not go together; none where all is well.

        Such a line is more like what was written for another key than for its own, and that key's line has
        changed too. One may have been typed so; not two that brought device or number along, and not lines
        that go round in a ring.
        """
        own = (self.now != self.was).sum(axis=1)
        changed = np.flatnonzero(own)
        distance = self._distances(changed)
        np.fill_diagonal(distance, self.was.shape[1] + 1)
        distance[self._keeps_device(changed)] = self.was.shape[1] + 1
        nearest = distance.min(axis=1, initial=self.was.shape[1] + 1)
        leads = (distance == nearest[:, None]) & (nearest < own[changed])[:, None]
        brought = {
            int(changed[line])
            for line, to in np.argwhere(leads)
            if self._came_along(int(changed[line]), int(changed[to]))
        }
        ring = {int(changed[line]) for line in _ring(leads)}
        if ring or len(brought) > 1:
            return frozenset(ring | brought)
        strayed = {
            line
            for line, to in self.numbered.items()
            if line != to
            and 0 < own[line] >= int((self.now[line] != self.was[to]).sum())
            and not self._keeps_device(np.array([line, to]))[0, 1]
        }
        return frozenset(strayed) if self._is_whole() else frozenset()

    def numbers_agree(self, apart: frozenset[int]) -> bool:
        """Say whether the printed numbers say without a doubt whose each line is, and the lines agree."""
        own = (self.now != self.was).sum(axis=1)
        far = {line: int((self.now[line] != self.was[to]).sum()) for line, to in self.numbered.items()}
        return (
            self._is_whole()
            and all(far[line] <= own[line] for line in far)
            and all(self.numbered[line] != line for line in apart)
            and not any(self._keeps_device(np.array([line, to]))[0, 1] for line, to in self.numbered.items())
            and sum(far[line] < own[line] for line in apart) > 1
        )

    def pasted(self) -> Iterator[Doubt]:
        """Yield the lines that another line was laid over: all of it, with its device or its number."""
        own = (self.now != self.was).sum(axis=1)
        changed = [int(line) for line in np.flatnonzero(own)]
        for line in changed:
            distance = (self.was != self.now[line]).sum(axis=1)
            like = [int(to) for to in np.flatnonzero(distance == 0) if self._came_along(line, int(to))]
            to = self.numbered.get(line, line)
            if to != line and distance[to] < own[line]:
                like.append(to)
            if like:
                yield Doubt(self.lines[line], "pasted", self.lines[like[0]])

    def _distances(self, changed: NDArray[np.intp]) -> Counts:
        parts = [
            (self.now[part][:, None, :] != self.was[changed][None, :, :]).sum(axis=2)
            for part in np.split(changed, range(_PART, len(changed), _PART))
        ]
        return np.concatenate(parts)

    def _keeps_device(self, lines: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Say of each line whether it still names its own device, and so is not the other's line."""
        now, was = self.now[lines], self.was[lines]
        kept = np.zeros((len(lines), len(lines)), dtype=np.bool_)
        for column in self.device:
            own = (now[:, column] == was[:, column]) & (now[:, column] != self.blank)
            kept |= own[:, None] & (now[:, column, None] != was[None, :, column])
        return kept

    def _came_along(self, line: int, to: int) -> bool:
        """Say whether the line has the other's number, or its device in place of a known one of its own."""
        return self.numbered.get(line) == to != line or any(
            self.blank
            != self.was[line, column]
            != self.now[line, column]
            == self.was[to, column]
            != self.blank
            for column in self.device
        )

    def _is_whole(self) -> bool:
        return sorted(self.numbered) == sorted(self.numbered.values()) == list(range(len(self.keys)))


def compare(table: Table, own: Mapping[str, int], written: Mapping[str, Columns]) -> Compared:
    """Hold the line of each key against what was written for every key."""
    keys, lines = tuple(own), tuple(own.values())
    columns = sorted({column for key in keys for column in told(written[key])})
    words: dict[str, int] = {"": 0}

    def code(word: str) -> int:
        return words.setdefault(word, len(words))

    now = [[code(_now(table, line, column)) for column in columns] for line in lines]
    was = [[code(_was(written[key].get(column, ()))) for column in columns] for key in keys]
    shape = (len(keys), len(columns))
    device = tuple(
        place
        for place, column in enumerate(columns)
        if any(one.field in _OF_DEVICE for one in table.means.get(column, ()))
    )
    return Compared(
        keys,
        lines,
        np.array(now, dtype=np.int64).reshape(shape),
        np.array(was, dtype=np.int64).reshape(shape),
        0,
        device,
        _numbered(table, lines, [serial_of(written[key]) for key in keys]),
    )


def told(columns: Columns) -> Columns:
    """Return the columns whose words can be compared: not the number, not blanks between printed words."""
    return {
        column: parts
        for column, parts in columns.items()
        if not any(one.field == NUMBER or one.pattern for one in parts)
    }


def likeness(table: Table, line: int, columns: Columns) -> int:
    """Return how many columns of a line hold what was written for a key."""
    return sum(_now(table, line, column) == _was(parts) for column, parts in columns.items())


def serial_of(columns: Columns) -> str:
    """Return the number that was printed in a line, "" for none."""
    return next((one.written for parts in columns.values() for one in parts if one.field == NUMBER), "")


def serial_now(table: Table, line: int) -> str:
    """Return the number that a line has now, "" for none."""
    for column, parts in table.means.items():
        if column in table.columns and parts[0].field == NUMBER:
            found = whole_number(table.value(line, column))
            return "" if isinstance(found, Refused) else str(found)
    return ""


def _numbered(table: Table, lines: Sequence[int], printed: Sequence[str]) -> dict[int, int]:
    now = {line: serial_now(table, line) for line in {*lines, *table.added}}
    if _counted_anew([now[line] for line in sorted(now)], printed):
        return {}
    count = Counter(printed)
    place = {serial: number for number, serial in enumerate(printed) if serial and count[serial] == 1}
    return {number: place[now[line]] for number, line in enumerate(lines) if now[line] in place}


def _counted_anew(now: Sequence[str], printed: Sequence[str]) -> bool:
    """Say whether the lines were numbered from above, so that the numbers do not tell one from another."""
    told = [int(serial) for serial in now if serial]
    first = min((int(serial) for serial in printed if serial.isdecimal()), default=1)
    return any(told == list(range(start, start + len(told))) for start in (1, first))


def _ring(leads: NDArray[np.bool_]) -> list[int]:
    """Return the lines from which one comes back to where one was, or into such a ring."""
    left = np.arange(len(leads))
    while True:
        on = leads[np.ix_(left, left)].any(axis=1)
        if on.all():
            return [int(line) for line in left]
        left = left[on]


def _now(table: Table, line: int, column: int) -> str:
    return folded(shown(table.value(line, column)))


def _was(parts: Sequence[Written]) -> str:
    """Return a cell as it was written, put together of its values."""
    return folded(parts[0].join.join(one.written for one in parts if one.written)) if parts else ""
