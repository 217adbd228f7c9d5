"""Read every device of a truth file with onvif-zeep, print what it said: zeep_reads.py TRUTH."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from onvif import ONVIFCamera

PULL_POINT = "http://www.onvif.org/ver10/events/wsdl/PullPointSubscription"


# libonvif, another peer, brings niquests, whose urllib3 may deadlock when zeep's sessions are
# collected: none is, and the process ends without clearing up.
KEPT: list[ONVIFCamera] = []


def read(address: str, port: int, user: str, password: str) -> dict[str, Any]:
    camera = ONVIFCamera(address, port, user, password)
    KEPT.append(camera)
    device, media = camera.devicemgmt, camera.create_media_service()
    said = device.GetDeviceInformation()
    profiles = media.GetProfiles()
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    return {
        "serial": said.SerialNumber,
        "manufacturer": said.Manufacturer,
        "model": said.Model,
        "mac": device.GetNetworkInterfaces()[0].Info.HwAddress,
        "year": device.GetSystemDateAndTime().UTCDateTime.Date.Year,
        "scopes": len(device.GetScopes()),
        "services": len(device.GetServices({"IncludeCapability": True})),
        "hostname": device.GetHostname().Name,
        "ntp": device.GetNTP().NTPManual[0].DNSname,
        "widths": [one.VideoEncoderConfiguration.Resolution.Width for one in profiles],
        "codecs": [one.VideoEncoderConfiguration.Encoding for one in profiles],
        "uris": [
            media.GetStreamUri({"StreamSetup": setup, "ProfileToken": one.token}).Uri for one in profiles
        ],
        "snapshots": [media.GetSnapshotUri({"ProfileToken": one.token}).Uri for one in profiles],
        "sources": len(media.GetVideoSources()),
        "encoders": len(media.GetVideoEncoderConfigurations()),
        "osd": [one.TextString.PlainText for one in media.GetOSDs() if one.TextString.PlainText],
        "presets": _presets(camera, profiles),
        "subscribed": PULL_POINT in camera.xaddrs,
    }


def _presets(camera: ONVIFCamera, profiles: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401  zeep's own
    """Return the presets of a PTZ head and whether it stands there; None for a fixed camera."""
    if profiles[0].PTZConfiguration is None:
        return None
    ptz = camera.create_ptz_service()
    here = ptz.GetStatus({"ProfileToken": profiles[0].token}).Position
    return [
        {
            "name": one.Name,
            "is_here": (one.PTZPosition.PanTilt.x, one.PTZPosition.PanTilt.y, one.PTZPosition.Zoom.x)
            == (here.PanTilt.x, here.PanTilt.y, here.Zoom.x),
        }
        for one in ptz.GetPresets({"ProfileToken": profiles[0].token})
    ]


if __name__ == "__main__":
    truth = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    login = truth["credentials"][0]
    found = [read(one["address"], one["port"], login["user"], login["password"]) for one in truth["devices"]]
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)
