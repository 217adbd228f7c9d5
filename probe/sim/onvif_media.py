"""The ONVIF Media1 service of a simulated camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from probe.sim.addresses import snapshot_url, stream_url_xml
from probe.sim.head import head_configuration
from probe.sim.model import Device, Lens, Stream
from probe.sim.soap import Call, SoapFault

CAPABILITIES = (
    '<trt:Capabilities SnapshotUri="true" OSD="true"><trt:ProfileCapabilities MaximumNumberOfProfiles="4"/>'
    '<trt:StreamingCapabilities RTPMulticast="false" RTP_TCP="true" RTP_RTSP_TCP="true"/>'
    "</trt:Capabilities>"
)


def operations(device: Device) -> Mapping[str, Callable[[Call], str]]:
    """Return what the service can do: operation name to the inside of the SOAP body."""
    overlays = {"GetOSDs": lambda call: _answer("GetOSDs", osds(device, call, "trt"))}
    return {
        "GetServiceCapabilities": lambda call: _answer(
            "GetServiceCapabilities",
            CAPABILITIES,
        ),
        "GetProfiles": lambda call: _answer(
            "GetProfiles", "".join(_profile(device, lens, one, "Profiles") for lens, one in streams(device))
        ),
        "GetProfile": lambda call: _answer(
            "GetProfile", _profile(device, *asked_for(device, call), "Profile")
        ),
        "GetVideoSources": lambda call: _answer(
            "GetVideoSources", "".join(_source(lens) for lens in device.lenses)
        ),
        "GetVideoSourceConfigurations": lambda call: _answer(
            "GetVideoSourceConfigurations",
            "".join(
                f'<trt:Configurations token="VideoSourceConfig_{lens.number}">{source_inside(lens)}'
                "</trt:Configurations>"
                for lens in device.lenses
            ),
        ),
        "GetVideoEncoderConfigurations": lambda call: _answer(
            "GetVideoEncoderConfigurations",
            "".join(
                f'<trt:Configurations token="{encoder_token(one)}">{_encoder_inside(device, one)}'
                "</trt:Configurations>"
                for _, one in streams(device)
            ),
        ),
        "GetVideoEncoderConfiguration": lambda call: _encoder_by_token(
            device, call.text("ConfigurationToken")
        ),
        "GetVideoEncoderConfigurationOptions": lambda call: _encoder_options(device, call),
        "GetStreamUri": lambda call: _stream_uri(device, call),
        "GetSnapshotUri": lambda call: _snapshot_uri(device, call),
        **({} if device.quirks.osd_by_vendor_only else overlays),
    }


def streams(device: Device) -> list[tuple[Lens, Stream]]:
    return [(lens, stream) for lens in device.lenses for stream in lens.streams]


def asked_for(device: Device, call: Call) -> tuple[Lens, Stream]:
    """Return the lens and stream of the profile token in a call."""
    token = call.text("ProfileToken") or call.text("Token")
    for lens, stream in streams(device):
        if stream.token == token:
            return lens, stream
    raise SoapFault("ter:NoProfile", f"Profile token does not exist: {token}")


def encoder_token(stream: Stream) -> str:
    return f"VideoEncoder_{stream.token}"


def source_inside(lens: Lens) -> str:
    return (
        f"<tt:Name>VideoSourceConfig_{lens.number}</tt:Name><tt:UseCount>{len(lens.streams)}</tt:UseCount>"
        f"<tt:SourceToken>{lens.source_token}</tt:SourceToken>"
        f'<tt:Bounds x="0" y="0" width="{lens.main.width}" height="{lens.main.height}"/>'
    )


def paired(device: Device, lens: Lens, stream: Stream) -> Lens:
    """Return the lens whose source a profile names; with wrong pairs, small streams of two swap theirs."""
    if device.recorder and device.recorder.ills.wrong_pairs and stream.role != "main":
        first_two = device.lenses[:2]
        if lens in first_two and len(first_two) == 2:
            return first_two[1 - first_two.index(lens)]
    return lens


def osds(device: Device, call: Call, prefix: str) -> str:
    """Return the two texts that the device lays over each picture: clock and name."""
    wanted = call.text("ConfigurationToken")
    return "".join(
        f'<{prefix}:OSDs token="OSD_{lens.number}_{kind}">'
        f"<tt:VideoSourceConfigurationToken>VideoSourceConfig_{lens.number}</tt:VideoSourceConfigurationToken>"
        f"<tt:Type>Text</tt:Type><tt:Position><tt:Type>{corner}</tt:Type></tt:Position>"
        f"<tt:TextString>{inside}</tt:TextString></{prefix}:OSDs>"
        for lens in device.lenses
        if wanted in ("", f"VideoSourceConfig_{lens.number}") and device.quirks.osd
        for kind, corner, inside in (
            (
                "clock",
                "UpperLeft",
                "<tt:Type>DateAndTime</tt:Type><tt:DateFormat>yyyy-MM-dd</tt:DateFormat>"
                "<tt:TimeFormat>HH:mm:ss</tt:TimeFormat>",
            ),
            (
                "name",
                "LowerRight",
                f"<tt:Type>Plain</tt:Type><tt:PlainText>{escape(lens.name)}</tt:PlainText>",
            ),
        )
    )


def _answer(operation: str, inside: str) -> str:
    return f"<trt:{operation}Response>{inside}</trt:{operation}Response>"


def _profile(device: Device, lens: Lens, stream: Stream, element: str) -> str:
    seen = paired(device, lens, stream)
    return (
        f'<trt:{element} token="{stream.token}" fixed="true">'
        f"<tt:Name>{stream.role}Stream{lens.number}</tt:Name>"
        f'<tt:VideoSourceConfiguration token="VideoSourceConfig_{seen.number}">{source_inside(seen)}'
        "</tt:VideoSourceConfiguration>"
        f'<tt:VideoEncoderConfiguration token="{encoder_token(stream)}">{_encoder_inside(device, stream)}'
        f"</tt:VideoEncoderConfiguration>{head_configuration(device, 'tt:PTZConfiguration')}</trt:{element}>"
    )


def _encoder_inside(device: Device, stream: Stream) -> str:
    """Lorex leaves Encoding and Resolution out where the stream is H.265: Media1 has no word for it."""
    hidden = device.quirks.hides_h265 and stream.codec == "H265"
    what = "" if hidden else f"<tt:Encoding>{stream.codec}</tt:Encoding>{resolution(stream)}"
    gop = round(stream.fps * stream.gop_s)
    h264 = f"<tt:H264><tt:GovLength>{gop}</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>"
    return (
        f"<tt:Name>{encoder_token(stream)}</tt:Name>"
        f"<tt:UseCount>1</tt:UseCount>{what}<tt:Quality>4</tt:Quality>"
        f"<tt:RateControl><tt:FrameRateLimit>{stream.fps}</tt:FrameRateLimit>"
        "<tt:EncodingInterval>1</tt:EncodingInterval>"
        f"<tt:BitrateLimit>{stream.kbps}</tt:BitrateLimit>"
        f"</tt:RateControl>{h264 if stream.codec == 'H264' else ''}"
        "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address>"
        "</tt:Address>"
        "<tt:Port>8860</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
        "<tt:SessionTimeout>PT60S</tt:SessionTimeout>"
    )


def resolution(stream: Stream) -> str:
    return (
        f"<tt:Resolution><tt:Width>{stream.width}</tt:Width><tt:Height>{stream.height}</tt:Height>"
        "</tt:Resolution>"
    )


def _source(lens: Lens) -> str:
    return (
        f'<trt:VideoSources token="{lens.source_token}"><tt:Framerate>{lens.main.fps}</tt:Framerate>'
        f"{resolution(lens.main)}</trt:VideoSources>"
    )


def _encoder_by_token(device: Device, token: str) -> str:
    for _, stream in streams(device):
        if encoder_token(stream) == token:
            inside = _encoder_inside(device, stream)
            return _answer(
                "GetVideoEncoderConfiguration",
                f'<trt:Configuration token="{token}">{inside}</trt:Configuration>',
            )
    raise SoapFault("ter:NoConfig", f"Configuration token does not exist: {token}")


def _encoder_options(device: Device, call: Call) -> str:
    _, stream = asked_for(device, call) if call.text("ProfileToken") else streams(device)[0]
    return _answer(
        "GetVideoEncoderConfigurationOptions",
        "<trt:Options><tt:QualityRange><tt:Min>1</tt:Min><tt:Max>6</tt:Max></tt:QualityRange><tt:H264>"
        f"<tt:ResolutionsAvailable><tt:Width>{stream.width}</tt:Width><tt:Height>{stream.height}</tt:Height>"
        "</tt:ResolutionsAvailable><tt:GovLengthRange><tt:Min>1</tt:Min><tt:Max>400</tt:Max>"
        "</tt:GovLengthRange>"
        "<tt:FrameRateRange><tt:Min>1</tt:Min><tt:Max>25</tt:Max></tt:FrameRateRange>"
        "<tt:EncodingIntervalRange><tt:Min>1</tt:Min><tt:Max>1</tt:Max></tt:EncodingIntervalRange>"
        "<tt:H264ProfilesSupported>Baseline</tt:H264ProfilesSupported></tt:H264></trt:Options>",
    )


def _stream_uri(device: Device, call: Call) -> str:
    _, stream = asked_for(device, call)
    if device.quirks.hides_h265 and stream.codec == "H265":
        raise SoapFault("ter:IncompleteConfiguration", "Profile has no encoder", status=500, receiver=True)
    return _answer(
        "GetStreamUri",
        f"<trt:MediaUri><tt:Uri>{stream_url_xml(device, stream)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        "<tt:Timeout>PT60S</tt:Timeout></trt:MediaUri>",
    )


def _snapshot_uri(device: Device, call: Call) -> str:
    url = snapshot_url(device, *asked_for(device, call))
    return _answer(
        "GetSnapshotUri",
        f"<trt:MediaUri><tt:Uri>{url if device.quirks.raw_ampersand else escape(url)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        "<tt:Timeout>PT60S</tt:Timeout></trt:MediaUri>",
    )
