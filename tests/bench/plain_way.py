"""The plain way, as a careful script does it today: onvif-zeep and cv2.VideoCapture.

Run as a process of its own: python tests/bench/plain_way.py TRUTH.json THREADS DEVICES
Prints one JSON line: devices read, pictures got, wall and CPU seconds, peak memory in MiB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"

import cv2
from onvif import ONVIFCamera

SECONDS = 5.0

# libonvif, a test peer, brings niquests, whose urllib3 deadlocks when zeep's sessions are collected.
KEPT: list[ONVIFCamera] = []


def read_device(device: dict[str, Any], user: str, password: str) -> tuple[bool, bool]:
    """Read make, profiles and stream URI, then watch the stream for five seconds, as the usual scripts do."""
    camera = ONVIFCamera(device["address"], device["port"], user, password)
    KEPT.append(camera)
    camera.devicemgmt.GetDeviceInformation()
    media = camera.create_media_service()
    profile = media.GetProfiles()[0]
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    uri = media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profile.token}).Uri
    return True, watch(uri.replace("rtsp://", f"rtsp://{user}:{password}@"))


def watch(uri: str) -> bool:
    capture = cv2.VideoCapture(
        uri, cv2.CAP_FFMPEG, [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 10000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 10000]
    )
    until = time.monotonic() + SECONDS
    frames = 0
    while time.monotonic() < until:
        got, _ = capture.read()
        if not got:
            break
        frames += 1
    capture.release()
    return frames > 0


def main() -> None:
    truth = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    threads = int(sys.argv[2])
    login = truth["credentials"][0]
    devices = [device for device in truth["devices"] if device["answers"]][: int(sys.argv[3])]

    def one(device: dict[str, Any]) -> tuple[bool, bool]:
        try:
            return read_device(device, login["user"], login["password"])
        except Exception as error:  # noqa: BLE001  a plain script gives up on a device at the first exception
            sys.stderr.write(f"{device['address']}: {type(error).__name__}: {error}\n")
            return False, False

    begun = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        got = list(pool.map(one, devices))
    wall = time.monotonic() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "devices": sum(read for read, _ in got),
        "pictures": sum(seen for _, seen in got),
        "wall_s": wall,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
