"""A simulated PTZ head: two presets that it was taught, a place between them, and how profiles name it."""

from __future__ import annotations

from probe.sim.model import AHEAD, Aim, Device, Preset

PRESETS = (
    Preset("Preset_1", "预置点 1", AHEAD),
    Preset("Preset_2", "预置点 2", Aim(x=0.68, y=0.42, zoom=2.0)),
)
BETWEEN = Aim(x=0.37, y=0.54, zoom=1.6)

NODE = "PTZNode_1"
_SPACES = "http://www.onvif.org/ver10/tptz"
PAN_TILT = f"{_SPACES}/PanTiltSpaces/PositionGenericSpace"
ZOOM = f"{_SPACES}/ZoomSpaces/PositionGenericSpace"

_CONFIGURATION = "PTZConfig_1"
_NEAREST = 4.0


def position(aim: Aim) -> tuple[float, float, float]:
    """Return pan, tilt and zoom in ONVIF's generic position spaces: -1..1, -1..1, 0..1."""
    zoom = (aim.zoom - AHEAD.zoom) / (_NEAREST - AHEAD.zoom)
    return round((aim.x - 0.5) * 2, 4), round((0.5 - aim.y) * 2, 4), round(zoom, 4)


def head_configuration(device: Device, element: str) -> str:
    """Return what a media profile says of its head: an element of this name, or nothing."""
    if device.head is None:
        return ""
    return (
        f'<{element} token="{_CONFIGURATION}"><tt:Name>{_CONFIGURATION}</tt:Name>'
        f"<tt:UseCount>{sum(len(lens.streams) for lens in device.lenses)}</tt:UseCount>"
        f"<tt:NodeToken>{NODE}</tt:NodeToken>"
        f"<tt:DefaultAbsolutePantTiltPositionSpace>{PAN_TILT}</tt:DefaultAbsolutePantTiltPositionSpace>"
        f"<tt:DefaultAbsoluteZoomPositionSpace>{ZOOM}</tt:DefaultAbsoluteZoomPositionSpace>"
        f"<tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout></{element}>"
    )
