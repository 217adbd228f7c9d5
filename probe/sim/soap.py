"""SOAP as simulated cameras write it: envelopes, faults, and the bytes that some of them get wrong."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from probe.sim.http import Response
from probe.sim.model import Device

NAMESPACES = {
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "tse": "http://www.onvif.org/ver10/search/wsdl",
    "trc": "http://www.onvif.org/ver10/recording/wsdl",
    "trp": "http://www.onvif.org/ver10/replay/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
    "ter": "http://www.onvif.org/ver10/error",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "wstop": "http://docs.oasis-open.org/wsn/t-1",
    "tns1": "http://www.onvif.org/ver10/topics",
}
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP = "application/soap+xml; charset=utf-8"  # what it is sent as


class Instead(Exception):
    """What a device sends where an operation's answer should be: no error of ours."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class SoapFault(Exception):
    """An operation that the device refuses."""

    def __init__(self, subcode: str, reason: str, *, status: int = 400, receiver: bool = False) -> None:
        super().__init__(reason)
        self.subcode = subcode
        self.reason = reason
        self.status = status
        self.receiver = receiver


@dataclass(frozen=True, slots=True)
class Call:
    """One operation as it was asked. The user name token is empty where there was none."""

    namespace: str
    name: str
    element: etree._Element
    user: str = ""
    password: str = ""
    password_type: str = ""
    nonce: str = ""
    created: str = ""

    def text(self, name: str) -> str:
        """Return the text of the first element of this local name anywhere in the operation."""
        return next((found.text or "" for found in self.element.iter(f"{{*}}{name}")), "").strip()

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple((found.text or "").strip() for found in self.element.iter(f"{{*}}{name}"))


def parse_call(body: bytes) -> Call | None:
    """Return the operation in a SOAP request, or None when there is none."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    element = next((child for child in root.iterfind("{*}Body/*") if isinstance(child.tag, str)), None)
    if element is None:
        return None
    name = etree.QName(element)
    token = next(root.iterfind("{*}Header/{*}Security/{*}UsernameToken"), None)
    if token is None:
        return Call(name.namespace or "", name.localname, element)
    password = token.find("{*}Password")
    return Call(
        name.namespace or "",
        name.localname,
        element,
        user=token.findtext("{*}Username", ""),
        password=(password.text or "").strip() if password is not None else "",
        password_type=password.get("Type", "PasswordText") if password is not None else "",
        nonce=token.findtext("{*}Nonce", "").strip(),
        created=token.findtext("{*}Created", "").strip(),
    )


def envelope(device: Device, body: str) -> bytes:
    """Return the answer as this device's firmware writes it."""
    prefix = device.speaks.soap_prefix
    first, opened, rest = body.partition("Response>")
    if device.quirks.unbound_prefix and opened:
        # Reolink TrackMix GetServices: a prefix that nobody declared, in the middle of a fine answer.
        body = f'{first}{opened}<tad:Capabilities RuleSupport="true"/>{rest}'
    declared = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}:Envelope xmlns:{prefix}="{SOAP12}" {declared}>'
        f"<{prefix}:Body>{body}</{prefix}:Body></{prefix}:Envelope>"
    )
    if device.quirks.gbk:
        name = escape(device.manufacturer)
        return name.encode("gbk").join(part.encode() for part in text.split(name))
    return text.encode()


def fault(device: Device, refused: SoapFault) -> bytes:
    prefix = device.speaks.soap_prefix
    code = "Receiver" if refused.receiver else "Sender"
    outer = "ter:Action" if refused.receiver else "ter:InvalidArgVal"
    subcode = refused.subcode
    if subcode in ("ter:NotAuthorized", "ter:ActionNotSupported"):
        nested = f"<{prefix}:Subcode><{prefix}:Value>{subcode}</{prefix}:Value></{prefix}:Subcode>"
    else:
        nested = (
            f"<{prefix}:Subcode><{prefix}:Value>{outer}</{prefix}:Value><{prefix}:Subcode>"
            f"<{prefix}:Value>{subcode}</{prefix}:Value></{prefix}:Subcode></{prefix}:Subcode>"
        )
    return envelope(
        device,
        f"<{prefix}:Fault><{prefix}:Code>"
        f"<{prefix}:Value>{prefix}:{code}</{prefix}:Value>{nested}</{prefix}:Code>"
        f'<{prefix}:Reason><{prefix}:Text xml:lang="en">{escape(refused.reason)}</{prefix}:Text>'
        f"</{prefix}:Reason>"
        f"</{prefix}:Fault>",
    )
