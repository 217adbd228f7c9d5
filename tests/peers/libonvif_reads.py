"""Discover and read everything with libonvif, print what it said: libonvif_reads.py TRUTH OWN_ADDRESS."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from libonvif.devices.camera import Camera, discover

truth = json.loads(Path(sys.argv[1]).read_text("utf-8"))


def log_in(camera: Camera) -> None:
    camera.username, camera.password = truth["credentials"][0]["user"], truth["credentials"][0]["password"]


found = discover(sys.argv[2], log_in)
print(  # noqa: T201  the test reads it
    json.dumps(
        [
            {
                "serial": one.device_information.serial_number,
                "manufacturer": one.device_information.manufacturer,
                "uris": [profile.stream_uri for profile in one.profiles],
                "errors": one.errors or "",
            }
            for one in found
        ]
    )
)
