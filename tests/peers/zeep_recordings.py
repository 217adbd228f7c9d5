"""Read what recorders recorded with onvif-zeep, print what it said: zeep_recordings.py TRUTH."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from onvif import ONVIFCamera

KEPT: list[ONVIFCamera] = []  # see zeep_reads.py
MOST_PAGES = 20


def read(address: str, port: int, user: str, password: str) -> dict[str, Any] | None:
    """Return the recordings as Profile G tells them; None where there is no such service."""
    device = ONVIFCamera(address, port, user, password)
    KEPT.append(device)
    # onvif-zeep looks at the first level of GetCapabilities, where these services never are.
    for service in device.devicemgmt.GetServices({"IncludeCapability": False}):
        device.xaddrs.setdefault(service.Namespace, service.XAddr)
    if not any("search" in namespace for namespace in device.xaddrs):
        return None
    search, recording = device.create_search_service(), device.create_recording_service()
    replay = device.create_replay_service()
    found, pages = [], 0
    token = search.FindRecordings({"Scope": {}, "KeepAliveTime": timedelta(seconds=10)})
    while pages < MOST_PAGES:
        pages += 1
        page = search.GetRecordingSearchResults({"SearchToken": token, "MaxResults": 10})
        found += page.RecordingInformation
        if page.SearchState == "Completed":
            break
    ended = search.EndSearch({"SearchToken": token})
    summary = search.GetRecordingSummary()
    at = datetime.now(UTC) - timedelta(days=1, hours=2)
    attributes = search.GetMediaAttributes(
        {"RecordingTokens": [one.RecordingToken for one in found], "Time": at}
    )
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    return {
        "pages": pages,
        "ended": ended.isoformat(),
        "summary": [summary.DataFrom.isoformat(), summary.DataUntil.isoformat(), summary.NumberRecordings],
        "listed": [one.RecordingToken for one in recording.GetRecordings()],
        "channels": [
            {
                "token": one.RecordingToken,
                "name": one.Source.Name,
                "source": one.Source.SourceId,
                "oldest": one.EarliestRecording and one.EarliestRecording.isoformat(),
                "tracks": [[track.DataFrom.isoformat(), track.TrackType] for track in one.Track],
                "uri": replay.GetReplayUri({"StreamSetup": setup, "RecordingToken": one.RecordingToken}),
            }
            for one in found
        ],
        "attributes": {
            one.RecordingToken: [track.VideoAttributes.Width for track in one.TrackAttributes]
            for one in attributes
        },
    }


if __name__ == "__main__":
    truth = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    login = truth["credentials"][0]
    said = [read(one["address"], one["port"], login["user"], login["password"]) for one in truth["devices"]]
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    os._exit(0)
