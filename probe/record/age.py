"""How long a channel has been recorded, where nothing of it can have been overwritten yet. 未到期"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from probe.errors import DeviceError
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Reading
from probe.record.clock import local_day
from probe.record.history import History
from probe.record.plays import Plays, is_contradicted, run_of
from probe.vendor.find import Recorder
from probe.wire.recorder import Disk

# What recording_expiry_days says where the recorder was asked and has no limit.
NO_LIMIT = NotMeasured(Gap.UNSUPPORTED, "no limit is set")

_DAY = timedelta(days=1)
_LEAST_FREE = 0.05


async def fetch_age(
    channel: Channel, recorder: Recorder, history: History, expiry: Reading, plays: Plays, io: Io
) -> Reading:
    """Return the days since the first recording, or why they are not known; asks for the disks alone."""
    disks: Sequence[Disk] = ()
    why = "no disks are told of"
    if (vendor := recorder.vendor) is not None:
        try:
            disks = await vendor.fetch_disks(io)
            full = await vendor.fetch_full_shares(io) if vendor.fetch_full_shares else frozenset()
        except DeviceError as error:
            disks, why = (), str(error)
        else:
            if channel.number in full:
                return _unknown("its own share of the disks may be full")
    return age_of(history, local_day(io.now(), io.zone), expiry, plays, disks, why)


def age_of(
    history: History, today: date, expiry: Reading, plays: Plays, disks: Sequence[Disk], why: str = ""
) -> Reading:
    """Return how many days ago the first recording was made.

    Measured only where the days before it are known to be empty, every day since is recorded, and nothing has
    been given up: the disks are good and have room, and no set time has run out. `why`: for want of disks.
    """
    run = run_of(history.days, today - _DAY)
    if not run:
        return _unknown("yesterday is not known to be recorded")
    first, age = run[0], (today - run[0]).days
    before = [told for day, told in history.days.items() if day < first]
    if not before or any(told.recorded is not False for told in before):
        return _unknown("recordings may be older than its unbroken days")
    if is_contradicted(plays):
        return _unknown("it lists days that do not play")
    if doubt := _may_expire(expiry, age) or _may_be_full(disks, why):
        return _unknown(doubt)
    return Measured(age, f"since {first.isoformat()}; nothing has been overwritten yet")


def _may_expire(expiry: Reading, age: int) -> str:
    if isinstance(expiry, Measured):
        limit = expiry.value
        is_later = isinstance(limit, int) and limit > age
        return "" if is_later else f"recordings are kept for {limit} days alone"
    return "" if expiry == NO_LIMIT else "whether recordings are deleted after a set time is not known"


def _may_be_full(disks: Sequence[Disk], why: str) -> str:
    if not disks:
        return why or "it has no disks"
    if not all(one.is_good for one in disks):
        return "not every disk is known to be good"
    sizes, free = [one.capacity_mib for one in disks], [one.free_mib for one in disks]
    if None in sizes or None in free:
        return "not every disk says how full it is"
    room = sum(one or 0 for one in free) / max(sum(one or 0 for one in sizes), 1)
    return "" if room >= _LEAST_FREE else "its disks are full: the oldest recordings are overwritten"


def _unknown(why: str) -> NotMeasured:
    return NotMeasured(Gap.UNCLEAR, why)
