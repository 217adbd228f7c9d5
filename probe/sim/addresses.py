"""Where a simulated camera says that its services, streams and pictures are: right, or wrong on purpose."""

from __future__ import annotations

from xml.sax.saxutils import escape

from probe.sim.makers import path_words
from probe.sim.model import Device, Lens, Stream

# Addresses that cameras leave the factory with and repeat wherever they stand.
FACTORY_ADDRESS = "192.168.1.10"

_PATHS = {
    "device": "/onvif/device_service",
    "media": "/onvif/Media",
    "media2": "/onvif/Media2",
    "events": "/onvif/Events",
    "ptz": "/onvif/PTZ",
    "search": "/onvif/Search",
    "recording": "/onvif/Recording",
    "replay": "/onvif/Replay",
}


def service_url(device: Device, service: str) -> str:
    """Return an XAddr. TP-LINK has one address for all services, the others one each."""
    if device.speaks.onvif_path != "/onvif/device_service":
        path = device.speaks.onvif_path
    else:
        path = _PATHS[service]
    return _http(device) + path


def stream_url(device: Device, stream: Stream) -> str:
    host = device.address if device.quirks.uri_host == "own" else FACTORY_ADDRESS
    return f"rtsp://{host}:{device.rtsp_port}{stream.path}"


def stream_url_xml(device: Device, stream: Stream) -> str:
    """Return the stream address as the device writes it into XML."""
    url = stream_url(device, stream)
    return url if device.quirks.raw_ampersand else escape(url)


def snapshot_path(device: Device, lens: Lens, stream: Stream) -> str:
    return device.speaks.snapshot_path.format(**path_words(lens.number, lens.streams.index(stream)))


def snapshot_url(device: Device, lens: Lens, stream: Stream) -> str:
    return _http(device) + snapshot_path(device, lens, stream)


def _http(device: Device) -> str:
    port = "" if device.http_port == 80 else f":{device.http_port}"
    match device.quirks.xaddr:
        case "own":
            return f"http://{device.address}{port}"
        case "zero":
            return f"http://0.0.0.0{port}"
        case "other":
            return f"http://{FACTORY_ADDRESS}{port}"
        case "doubled":
            return f"http://{device.address}:{device.http_port}:{device.http_port}"
