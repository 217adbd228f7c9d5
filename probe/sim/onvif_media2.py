"""The ONVIF Media2 service of a simulated camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from probe.sim.addresses import snapshot_url, stream_url_xml
from probe.sim.head import head_configuration
from probe.sim.model import Device, Lens, Stream
from probe.sim.onvif_media import asked_for, encoder_token, osds, paired, resolution, source_inside, streams
from probe.sim.soap import Call

CAPABILITIES = (
    '<tr2:Capabilities SnapshotUri="true" OSD="true"><tr2:ProfileCapabilities MaximumNumberOfProfiles="4"'
    ' ConfigurationsSupported="VideoSource VideoEncoder"/><tr2:StreamingCapabilities RTSPStreaming="true"/>'
    "</tr2:Capabilities>"
)


def operations(device: Device) -> Mapping[str, Callable[[Call], str]]:
    """Return what the service can do: operation name to the inside of the SOAP body."""
    overlays = {"GetOSDs": lambda call: _answer("GetOSDs", osds(device, call, "tr2"))}
    return {
        "GetServiceCapabilities": lambda call: _answer(
            "GetServiceCapabilities",
            CAPABILITIES,
        ),
        "GetProfiles": lambda call: _answer(
            "GetProfiles", "".join(_profile(device, call, *one) for one in _asked(device, call))
        ),
        "GetVideoSourceConfigurations": lambda call: _answer(
            "GetVideoSourceConfigurations",
            "".join(
                f'<tr2:Configurations token="VideoSourceConfig_{lens.number}">{source_inside(lens)}'
                "</tr2:Configurations>"
                for lens in device.lenses
            ),
        ),
        "GetVideoEncoderConfigurations": lambda call: _answer(
            "GetVideoEncoderConfigurations",
            "".join(_encoder("Configurations", one) for _, one in streams(device)),
        ),
        "GetStreamUri": lambda call: _answer(
            "GetStreamUri", f"<tr2:Uri>{stream_url_xml(device, asked_for(device, call)[1])}</tr2:Uri>"
        ),
        "GetSnapshotUri": lambda call: _answer(
            "GetSnapshotUri", f"<tr2:Uri>{escape(snapshot_url(device, *asked_for(device, call)))}</tr2:Uri>"
        ),
        **({} if device.quirks.osd_by_vendor_only else overlays),
    }


def _answer(operation: str, inside: str) -> str:
    return f"<tr2:{operation}Response>{inside}</tr2:{operation}Response>"


def _asked(device: Device, call: Call) -> list[tuple[Lens, Stream]]:
    return [asked_for(device, call)] if call.text("Token") else streams(device)


def _profile(device: Device, call: Call, lens: Lens, stream: Stream) -> str:
    """Media2 §5.2.3: configurations are in the answer only where Type asks for them."""
    types = set(call.texts("Type"))
    seen = paired(device, lens, stream)
    source = (
        f'<tr2:VideoSource token="VideoSourceConfig_{seen.number}">{source_inside(seen)}</tr2:VideoSource>'
    )
    inside = (
        (source if types & {"All", "VideoSource"} else "")
        + (_encoder("VideoEncoder", stream) if types & {"All", "VideoEncoder"} else "")
        + (head_configuration(device, "tr2:PTZ") if types & {"All", "PTZ"} else "")
    )
    return (
        f'<tr2:Profiles token="{stream.token}" fixed="true">'
        f"<tr2:Name>{stream.role}Stream{lens.number}</tr2:Name>"
        + (f"<tr2:Configurations>{inside}</tr2:Configurations>" if inside else "")
        + "</tr2:Profiles>"
    )


def _encoder(element: str, stream: Stream) -> str:
    gop = round(stream.fps * stream.gop_s)
    return (
        f'<tr2:{element} token="{encoder_token(stream)}" GovLength="{gop}" Profile="Main">'
        f"<tt:Name>{encoder_token(stream)}</tt:Name><tt:UseCount>1</tt:UseCount>"
        f"<tt:Encoding>{stream.codec}</tt:Encoding>{resolution(stream)}"
        f'<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>{stream.fps}</tt:FrameRateLimit>'
        f"<tt:BitrateLimit>{stream.kbps}</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality>"
        f"</tr2:{element}>"
    )
