"""Hikvision's ISAPI. 海康威视"""

from __future__ import annotations

from probe.vendor.hikvision.device import (
    fetch_cards,
    fetch_clock,
    fetch_disks,
    fetch_identity,
    fetch_inputs,
    fetch_registration,
    fetch_streams,
    fetch_who,
    place_of,
)
from probe.vendor.hikvision.records import (
    fetch_full_shares,
    fetch_month,
    fetch_playback,
    fetch_recent,
    fetch_takes,
    fetch_tracks,
)
from probe.vendor.hikvision.writing import fetch_writing
from probe.vendor.protocol import Vendor

VENDOR = Vendor(
    id="hikvision",
    fetch_who=fetch_who,
    fetch_identity=fetch_identity,
    fetch_inputs=fetch_inputs,
    fetch_streams=fetch_streams,
    fetch_disks=fetch_disks,
    fetch_tracks=fetch_tracks,
    fetch_clock=fetch_clock,
    place_of=place_of,
    by_month="isapi-days",
    by_file="isapi-search",
    fetch_month=fetch_month,
    fetch_takes=fetch_takes,
    fetch_recent=fetch_recent,
    fetch_playback=fetch_playback,
    fetch_full_shares=fetch_full_shares,
    fetch_registration=fetch_registration,
    fetch_cards=fetch_cards,
    fetch_writing=fetch_writing,
)
