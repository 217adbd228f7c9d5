"""Dahua's CGI. 大华"""

from __future__ import annotations

from probe.vendor.dahua.device import (
    fetch_cards,
    fetch_clock,
    fetch_disks,
    fetch_identity,
    fetch_inputs,
    fetch_streams,
    fetch_tracks,
    fetch_who,
    place_of,
)
from probe.vendor.dahua.records import fetch_playback, fetch_takes
from probe.vendor.dahua.writing import fetch_writing
from probe.vendor.protocol import Vendor

VENDOR = Vendor(
    id="dahua",
    fetch_who=fetch_who,
    fetch_identity=fetch_identity,
    fetch_inputs=fetch_inputs,
    fetch_streams=fetch_streams,
    fetch_disks=fetch_disks,
    fetch_tracks=fetch_tracks,
    fetch_clock=fetch_clock,
    place_of=place_of,
    by_file="dahua-files",
    fetch_takes=fetch_takes,
    fetch_playback=fetch_playback,
    fetch_cards=fetch_cards,
    fetch_writing=fetch_writing,
)
