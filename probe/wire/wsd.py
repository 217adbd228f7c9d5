"""WS-Discovery messages: probes and their answers, in both dialects (2005/04 and 2009/01). 设备发现报文"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from lxml import etree

from probe.errors import Malformed
from probe.wire.charset import eight_bit

Dialect = Literal["2005/04", "2009/01"]

PORT = 3702
GROUP = "239.255.255.250"

VIDEO_TRANSMITTER = "dn:NetworkVideoTransmitter"
DEVICE = "tds:Device"
# Each of the three finds devices that stay silent on the other two: TP-Link TL-IPC43KP-4 answers only the
# video transmitter (device-onvif-camera#135), others only `Device` or only the untyped one.
PROBE_TYPES: tuple[tuple[str, ...], ...] = ((VIDEO_TRANSMITTER,), (DEVICE,), ())

_DIALECTS: Mapping[Dialect, tuple[str, str, str]] = {
    "2005/04": (
        "http://schemas.xmlsoap.org/ws/2005/04/discovery",
        "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "urn:schemas-xmlsoap-org:ws:2005:04:discovery",
    ),
    "2009/01": (
        "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
        "http://www.w3.org/2005/08/addressing",
        "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01",
    ),
}
_ONVIF = "http://www.onvif.org/"
_NETWORK = _ONVIF + "ver10/network/wsdl"
_DEVICE = _ONVIF + "ver10/device/wsdl"
# Windows Hello and printers are a `Device` of these namespaces, or of these prefixes where none is declared.
_DPWS = ("http://schemas.xmlsoap.org/ws/2006/02/devprof", "http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01")
_DPWS_PREFIXES = ("wsdp", "dpws")

# What XML 1.0 cannot carry. Stray NUL bytes end the parse of an otherwise fine answer.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*>")


@dataclass(frozen=True, slots=True)
class ProbeMessage:
    """The question. No types asks everybody; a prefix in `types` is `dn` or `tds`."""

    message_id: str
    types: tuple[str, ...] = ()
    dialect: Dialect = "2005/04"


@dataclass(frozen=True, slots=True)
class ProbeMatch:
    """One device of an answer, word for word as it says. `is_camera` is False for what is plainly none."""

    epr: str
    types: tuple[str, ...]
    scopes: tuple[str, ...]
    xaddrs: tuple[str, ...]
    is_camera: bool


@dataclass(frozen=True, slots=True)
class ProbeMatches:
    """`relates_to` is often empty or wrong (DoorBird sends a bare "uuid:"): never demand it."""

    message_id: str
    relates_to: str
    matches: tuple[ProbeMatch, ...]


@dataclass(frozen=True, slots=True)
class ProbeFault:
    """A refusal over UDP. TP-Link VIGI C340-W answers good probes with ter:InvalidArgVal; it is alive."""

    code: str
    subcodes: tuple[str, ...]
    reason: str


def format_probe(message: ProbeMessage) -> bytes:
    discovery, addressing, everybody = _DIALECTS[message.dialect]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        f' xmlns:a="{addressing}" xmlns:d="{discovery}" xmlns:dn="{_NETWORK}" xmlns:tds="{_DEVICE}">'
        f"<s:Header><a:Action>{discovery}/Probe</a:Action><a:MessageID>{escape(message.message_id)}</a:MessageID>"
        f"<a:To>{everybody}</a:To></s:Header>"
        f"<s:Body><d:Probe><d:Types>{escape(' '.join(message.types))}</d:Types></d:Probe></s:Body>"
        "</s:Envelope>"
    ).encode()


def parse_probe(datagram: bytes) -> ProbeMessage:
    """Return the question in a datagram. Raise Malformed if it holds none."""
    root = _tree(datagram)
    probe = next(_named(root, "Probe"), None)
    if probe is None:
        raise Malformed("WS-Discovery: no Probe in the datagram")
    newer = _namespace(probe) == _DIALECTS["2009/01"][0]
    return ProbeMessage(
        message_id=_text(root, "MessageID"),
        types=tuple(_text(probe, "Types").split()),
        dialect="2009/01" if newer else "2005/04",
    )


def parse_answer(datagram: bytes) -> ProbeMatches | ProbeFault:
    """Return what a device answers to a probe. Raise Malformed if it is neither matches nor a fault."""
    root = _tree(datagram)
    fault = next(_named(root, "Fault"), None)
    if fault is not None:
        return _fault(fault)

    matches = tuple(_match(element) for element in _named(root, "ProbeMatch"))
    # A directed probe that matches nothing is answered by an empty ProbeMatches (WS-Discovery 1.1, 5.3.1).
    if not matches and next(_named(root, "ProbeMatches"), None) is None:
        raise Malformed("WS-Discovery: neither ProbeMatches nor Fault in the datagram")
    return ProbeMatches(_text(root, "MessageID"), _text(root, "RelatesTo"), matches)


def _match(element: etree._Element) -> ProbeMatch:
    endpoint = next(_named(element, "EndpointReference"), None)
    types = tuple(_text(element, "Types").split())
    scopes = tuple(_text(element, "Scopes").split())
    return ProbeMatch(
        epr="" if endpoint is None else _text(endpoint, "Address"),
        types=types,
        scopes=scopes,
        xaddrs=tuple(_text(element, "XAddrs").split()),
        is_camera=_is_camera(types, scopes, _prefixes(element)),
    )


def _is_camera(types: tuple[str, ...], scopes: tuple[str, ...], prefixes: Mapping[str, str]) -> bool:
    if not types or any(scope.lower().startswith("onvif://") for scope in scopes):
        return True
    return any(_is_onvif_type(qname, prefixes) for qname in types)


def _is_onvif_type(qname: str, prefixes: Mapping[str, str]) -> bool:
    prefix, _, name = qname.rpartition(":")
    namespace = prefixes.get(prefix, "")
    if name.startswith("NetworkVideo") or namespace.startswith(_ONVIF):
        return True
    # Clones bind `tds` to anything or to nothing, so a Device is one unless it is a Device of the DPWS.
    return name == "Device" and namespace not in _DPWS and prefix not in _DPWS_PREFIXES


def _fault(fault: etree._Element) -> ProbeFault:
    values = [_flat(element) for element in _named(fault, "Value")] or [_text(fault, "faultcode")]
    reason = _text(fault, "Text") or _text(fault, "faultstring")
    return ProbeFault(values[0], tuple(values[1:]), reason)


def _tree(datagram: bytes) -> etree._Element:
    text = _DECLARATION.sub("", _NOT_XML.sub("", _decoded(datagram)), count=1)
    # Oncam EVO-12 uses prefixes that it never declares: recover, and match local names only.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"WS-Discovery: no XML in the datagram ({error})") from error
    if root is None:
        raise Malformed("WS-Discovery: no XML in the datagram")
    return root


def _decoded(datagram: bytes) -> str:
    """Return the text by its bytes: the encoding that a device declares is often not the one it sends."""
    if datagram.startswith((b"\xff\xfe", b"\xfe\xff")):
        return datagram.decode("utf-16", "replace")
    return eight_bit(datagram.removeprefix(codecs.BOM_UTF8))[0]


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter(etree.Element) if _local(str(element.tag)) == name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _namespace(element: etree._Element) -> str:
    return str(element.tag)[1:].partition("}")[0]


def _prefixes(element: etree._Element) -> Mapping[str, str]:
    holder = next(_named(element, "Types"), element)
    return {prefix or "": uri for prefix, uri in holder.nsmap.items()}


def _text(root: etree._Element, name: str) -> str:
    return next((_flat(element) for element in _named(root, name)), "")


def _flat(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()
