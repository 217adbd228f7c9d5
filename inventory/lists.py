"""What every recorder listed last, also one that a run did not ask or that did not get its list out."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config.schema import Brands
from inventory.behind import Listed, Place, listed
from inventory.known import OnRecord, newest_visits
from inventory.rows import rows_among
from inventory.tables import CHANNEL, VISIT
from probe.model import channel_from


def load_rows(connection: Connection, brands: Brands, run_id: int, now: OnRecord) -> Mapping[Place, Listed]:
    """Return by place the rows of the newest lists before a run, of all recorders on record."""
    visits = newest_visits(connection, now.same, VISIT.c.run_id < run_id, VISIT.c.channels > 0)
    at = {one.id: one.face.address for one in now.devices}
    device_of = {visit: device for device, visit in visits.items() if now.kinds.get(device) == "recorder"}
    rows = rows_among(connection, CHANNEL, CHANNEL.c.visit_id, list(device_of))
    found = [
        listed(device, channel_from({**row.said, "number": row.number}), brands, at.get(device, ""))
        for row in rows
        for device in [device_of[row.visit_id]]
    ]
    return {one.place: one for one in found if one.keys or one.address}
