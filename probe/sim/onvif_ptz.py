"""The ONVIF PTZ service of a simulated dome: where its head stands, and its presets. It never moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from probe.sim.head import NODE, PAN_TILT, ZOOM, head_configuration, position
from probe.sim.model import Aim, Device, Head
from probe.sim.onvif_media import asked_for
from probe.sim.soap import Call, SoapFault

CAPABILITIES = '<tptz:Capabilities EFlip="false" Reverse="false" MoveStatus="true" StatusPosition="true"/>'


def operations(
    device: Device, head: Head, now: Callable[[], datetime]
) -> Mapping[str, Callable[[Call], str]]:
    """Return what the service can do: operation name to the inside of the SOAP body."""
    return {
        "GetServiceCapabilities": lambda call: _answer("GetServiceCapabilities", CAPABILITIES),
        "GetNodes": lambda call: _answer("GetNodes", _node(head)),
        "GetNode": lambda call: _one_node(head, call),
        "GetConfigurations": lambda call: _answer(
            "GetConfigurations", head_configuration(device, "tptz:PTZConfiguration")
        ),
        "GetConfiguration": lambda call: _answer(
            "GetConfiguration", head_configuration(device, "tptz:PTZConfiguration")
        ),
        "GetPresets": lambda call: _presets(device, head, call),
        "GetPresetTours": lambda call: _answer("GetPresetTours", ""),
        "GetPresetTourOptions": lambda call: _answer("GetPresetTourOptions", _tour_options(head)),
        "GetStatus": lambda call: _status(
            device, head, call, (now() + timedelta(seconds=device.clock_offset_s)).astimezone(UTC)
        ),
    }


def _answer(operation: str, inside: str) -> str:
    return f"<tptz:{operation}Response>{inside}</tptz:{operation}Response>"


def _one_node(head: Head, call: Call) -> str:
    if call.text("NodeToken") != NODE:
        raise SoapFault("ter:NoEntity", "No such PTZ node")
    return _answer("GetNode", _node(head))


def _node(head: Head) -> str:
    def limits(name: str, low: int) -> str:
        return f"<tt:{name}><tt:Min>{low}</tt:Min><tt:Max>1</tt:Max></tt:{name}>"

    return (
        f'<tptz:PTZNode token="{NODE}" FixedHomePosition="false"><tt:Name>{NODE}</tt:Name>'
        f"<tt:SupportedPTZSpaces><tt:AbsolutePanTiltPositionSpace><tt:URI>{PAN_TILT}</tt:URI>"
        f"{limits('XRange', -1)}{limits('YRange', -1)}</tt:AbsolutePanTiltPositionSpace>"
        f"<tt:AbsoluteZoomPositionSpace><tt:URI>{ZOOM}</tt:URI>"
        f"{limits('XRange', 0)}</tt:AbsoluteZoomPositionSpace></tt:SupportedPTZSpaces>"
        f"<tt:MaximumNumberOfPresets>{max(255, len(head.presets))}</tt:MaximumNumberOfPresets>"
        "<tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode>"
    )


def _tour_options(head: Head) -> str:
    spots = "".join(f"<tt:PresetToken>{one.token}</tt:PresetToken>" for one in head.presets)
    return (
        "<tptz:Options><tt:AutoStart>false</tt:AutoStart><tt:StartingCondition/>"
        f"<tt:TourSpot><tt:PresetDetail>{spots}</tt:PresetDetail>"
        "<tt:StayTime><tt:Min>PT3S</tt:Min><tt:Max>PT30S</tt:Max></tt:StayTime></tt:TourSpot></tptz:Options>"
    )


def _presets(device: Device, head: Head, call: Call) -> str:
    asked_for(device, call)
    return _answer(
        "GetPresets",
        "".join(
            f'<tptz:Preset token="{one.token}"><tt:Name>{escape(one.name)}</tt:Name>'
            f"<tt:PTZPosition>{_place(one.aim)}</tt:PTZPosition></tptz:Preset>"
            for one in head.presets
        ),
    )


def _status(device: Device, head: Head, call: Call, at: datetime) -> str:
    asked_for(device, call)
    return _answer(
        "GetStatus",
        f"<tptz:PTZStatus><tt:Position>{_place(head.aim)}</tt:Position>"
        "<tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt><tt:Zoom>IDLE</tt:Zoom></tt:MoveStatus>"
        f"<tt:UtcTime>{at:%Y-%m-%dT%H:%M:%SZ}</tt:UtcTime></tptz:PTZStatus>",
    )


def _place(aim: Aim) -> str:
    pan, tilt, zoom = position(aim)
    return f'<tt:PanTilt x="{pan}" y="{tilt}" space="{PAN_TILT}"/><tt:Zoom x="{zoom}" space="{ZOOM}"/>'
