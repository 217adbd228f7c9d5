"""Every probe there is, in the order they are run. Adding one: its file, and its line here."""

from __future__ import annotations

from probe.joint import channels, identity, network, osd, rtsp
from probe.model import Channel, Probe, Target
from probe.onvif import clock, ptz, scopes, services
from probe.picture import probes as picture
from probe.record import forecast, playback, retention, storage
from probe.rtsp import alive, stream
from probe.vendor import registration

DEVICE_PROBES: tuple[Probe[Target], ...] = (
    services.PROBE,
    clock.PROBE,
    scopes.PROBE,
    identity.PROBE,
    network.PROBE,
    channels.PROBE,
    rtsp.PROBE,
    storage.PROBE,
    registration.PROBE,
)

CHANNEL_PROBES: tuple[Probe[Channel], ...] = (
    osd.PROBE,
    ptz.PROBE,
    stream.PROBE,
    alive.PROBE,
    *picture.PROBES,
    playback.PROBE,  # before what it may contradict
    retention.PROBE,
    forecast.PROBE,
)
