"""The channels of a device: from ONVIF, or else the one stream that answers a usual path. 通道"""

from __future__ import annotations

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Readings, Target, channel_value
from probe.onvif import channels as onvif_channels


async def measure(target: Target, io: Io) -> Readings:
    try:
        return await onvif_channels.measure(target, io)
    except (AuthRefused, Locked, NoCredential):
        raise  # RTSP counts the same password: another door is no second try
    except DeviceError as error:
        stream = await io.usual_stream()
        channel = Channel(number=1, streams=(stream,))
        return {
            "channels": Measured([channel_value(channel)], f"by its RTSP path; ONVIF: {error}"),
            "video_sources": NotMeasured(Gap.UNSUPPORTED, str(error)),
        }


PROBE: Probe[Target] = Probe(
    id="rtsp.channels", metrics=onvif_channels.PROBE.metrics, seconds=40.0, measure=measure
)
