"""SOAP, as devices really speak it: an envelope to ask, and any bytes back as Reply, Fault or Malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from probe.errors import Malformed
from probe.wire.xml_repair import decoded, repaired

_NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tmd": "http://www.onvif.org/ver10/deviceIO/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "tse": "http://www.onvif.org/ver10/search/wsdl",
    "trc": "http://www.onvif.org/ver10/recording/wsdl",
    "trp": "http://www.onvif.org/ver10/replay/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
}

MOST_BYTES = 4 * 1024 * 1024


def envelope(operation_xml: str, *, security: str = "") -> bytes:
    """Return a SOAP 1.2 request. The operation may use the prefixes above."""
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    header = f"<s:Header>{security}</s:Header>" if security else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope{spaces}>{header}'
        f"<s:Body>{operation_xml}</s:Body></s:Envelope>"
    ).encode()


def escaped(text: str) -> str:
    """Return text as it may stand between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class Node:
    """An XML element seen by local names only: devices get prefixes and namespaces wrong."""

    element: etree._Element = field(repr=False)

    @property
    def name(self) -> str:
        return _local(str(self.element.tag))

    @property
    def namespace(self) -> str:
        tag = str(self.element.tag)
        return tag[1:].rpartition("}")[0] if tag.startswith("{") else ""

    def children(self, name: str = "") -> Iterator[Node]:
        """Yield the children of that local name, or all of them."""
        # "*" leaves out unresolved entities, which are no elements.
        for child in self.element.iterchildren("*"):
            if not name or _local(str(child.tag)) == name:
                yield Node(child)

    def find(self, *names: str) -> Node | None:
        """Return the first descendant of the first name, then within it of the next, and so on."""
        node = self
        for name in names:
            found = next(node.findall(name), None)
            if found is None:
                return None
            node = found
        return node

    def findall(self, name: str) -> Iterator[Node]:
        """Yield the descendants of that local name in document order, none of them inside another."""
        for child in self.children():
            if child.name == name:
                yield child
            else:
                yield from child.findall(name)

    def text(self, *names: str) -> str:
        """Return the text of `find(*names)` with outer blanks removed, or an empty string."""
        node = self.find(*names)
        return (node.element.text or "").strip() if node is not None else ""

    def get(self, attribute: str) -> str:
        """Return an attribute by its local name, or an empty string."""
        for name, value in self.element.attrib.items():
            if _local(str(name)) == attribute:
                return str(value).strip()
        return ""

    def all_text(self) -> str:
        return " ".join(" ".join(str(part) for part in self.element.itertext()).split())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no fault. `body` is the Body element, `repairs` says what had to be mended."""

    status: int
    raw: bytes = field(repr=False)
    repaired: tuple[str, ...]
    body: Node = field(repr=False)

    @property
    def operation(self) -> str:
        """The local name of what stands in the body: `GetProfilesResponse`."""
        first = next(self.body.children(), None)
        return first.name if first is not None else ""

    def find(self, *names: str) -> Node | None:
        return self.body.find(*names)

    def findall(self, name: str) -> Iterator[Node]:
        return self.body.findall(name)

    def text(self, *names: str) -> str:
        return self.body.text(*names)


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal: a fault of SOAP, or a plain 401 or 403 of HTTP. `said` is all its text."""

    status: int
    code: str
    subcodes: tuple[str, ...]
    reason: str
    attempts_left: int | None
    not_authorized: bool
    said: str = field(repr=False, default="")
    raw: bytes = field(repr=False, default=b"")
    repaired: tuple[str, ...] = ()

    @property
    def in_soap(self) -> bool:
        return not self.code.startswith("HTTP ")

    @property
    def unsupported(self) -> bool:
        words = " ".join(self.subcodes)
        return bool(_UNSUPPORTED_CODE.search(words) or _UNSUPPORTED_REASON.search(self.reason))

    def __str__(self) -> str:
        last = _local(self.subcodes[-1]) if self.subcodes else _local(self.code)
        return f"{last}: {self.reason}" if self.reason else last


def parse_reply(status: int, content_type: str, body: bytes) -> Reply | Fault:
    """Return what an HTTP answer says, whatever its status and content type. Raise Malformed when nothing."""
    if len(body) > MOST_BYTES:
        raise Malformed(f"an answer of {len(body)} bytes")
    denied = status in (401, 403)
    # What it is decides, not what it says it is: DRN-3282R sends every answer as text/html.
    head = decoded(body[:4096]).lower()
    if "envelope" not in head and not re.search(r"<(?:[\w.-]+:)?\w+response\b", head):
        title = _page_title(head)
        if denied:
            return _http_refusal(status, decoded(body[:65536]), title)
        what = "an HTML page" if "<html" in head or "<!doctype html" in head else _nature(head, content_type)
        raise Malformed(f"HTTP {status} with {what} instead of SOAP" + (f": {title}" if title else ""))

    mended = repaired(body)
    root, repairs = _parsed(mended.text, mended.repairs)
    soap_body = _body_of(root)
    fault = next(soap_body.findall("Fault"), None)
    if fault is not None:
        return _fault(status, fault, body, repairs)
    if denied:
        return _http_refusal(status, soap_body.all_text(), "")
    if next(soap_body.children(), None) is None and status >= 400:
        raise Malformed(f"HTTP {status} with an empty SOAP body")
    return Reply(status, body, repairs, soap_body)


def parse_document(raw: bytes) -> Node:
    """Return the root of any XML answer, repaired where it has to be. Raise Malformed when it is none."""
    if len(raw) > MOST_BYTES:
        raise Malformed(f"an answer of {len(raw)} bytes")
    mended = repaired(raw)
    return _parsed(mended.text, mended.repairs)[0]


def attempts_left(said: str) -> int | None:
    """Return how many login tries a device says are left, or None when it does not count."""
    found = _ATTEMPTS.search(said)
    return int(next(group for group in found.groups() if group)) if found else None


_ATTEMPTS = re.compile(
    r"still have\s+(\d{1,4})|(\d{1,4})\s+(?:more\s+)?(?:attempt|tr(?:y|ies))"
    r"|(?:attempts?|tries) left\D{0,3}(\d{1,4})"
    r"|<retryLoginTime>\s*(\d{1,4})|(?:还有|剩余|还可(?:以)?(?:尝试)?)\D{0,6}(\d{1,4})\s*次",
    re.IGNORECASE,
)
_NOT_AUTHORIZED = re.compile(
    r"NotAuthori[sz]ed|FailedAuthentication|FailedCheck|InvalidSecurity\w*|Unauthori[sz]ed", re.IGNORECASE
)
# Some devices give no proper subcode, only words (onvif-zeep-async greps for "auth").
_LOGIN_WORDS = re.compile(
    r"\bauth(?:ori[sz]|entic)|\bunauthori[sz]ed\b|\b(?:user ?name|password|credential)s?\b|\blocked\b"
    r"|用户名|密码|未授权|锁定",
    re.IGNORECASE,
)
_UNSUPPORTED_CODE = re.compile(
    r"ActionNotSupported|NotSupported|NotImplemented|NoSuchService|UnknownAction|OptionalActionNotImplemented",
    re.IGNORECASE,
)
_UNSUPPORTED_REASON = re.compile(
    r"not (?:been )?(?:implement|support|recogni[sz])|unsupported|unknown action", re.IGNORECASE
)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _parsed(text: str, repairs: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(f"not XML: {error.msg}") from error
    if root is None:
        raise Malformed("not XML")
    errors = [entry.type_name for entry in parser.error_log]
    if errors:
        what = "unbound prefix" if set(errors) <= {"NS_ERR_UNDEFINED_NAMESPACE"} else "broken XML"
        repairs = (*repairs, what)
    return Node(root), repairs


def _body_of(root: Node) -> Node:
    if root.name == "Envelope":
        body = next(root.children("Body"), None)
        if body is None:
            raise Malformed("a SOAP envelope without a body")
        return body
    if root.name.endswith("Response"):
        wrapper = etree.Element("Body")
        wrapper.append(root.element)
        return Node(wrapper)
    raise Malformed(f"XML that is not SOAP: <{root.name[:40]}>")


def _fault(status: int, fault: Node, raw: bytes, repairs: tuple[str, ...]) -> Fault:
    code_node = next(fault.children("Code"), None)
    if code_node is not None:
        code = _child_text(code_node, "Value")
        subcodes = tuple(_subcodes(code_node))
        reason = fault.text("Reason", "Text") or fault.text("Reason")
    else:
        # SOAP 1.1 inside a 1.2 envelope (gSOAP camera, ZoneMinder#1346).
        code = fault.text("faultcode")
        subcodes = ()
        reason = fault.text("faultstring")
    said = fault.all_text()
    named = _NOT_AUTHORIZED.search(" ".join((code, *subcodes)))
    worded = _LOGIN_WORDS.search(reason) and not _UNSUPPORTED_CODE.search(" ".join(subcodes))
    return Fault(
        status=status,
        code=code,
        subcodes=subcodes,
        reason=reason,
        attempts_left=attempts_left(said),
        not_authorized=bool(named or worded or status == 401),
        said=said,
        raw=raw,
        repaired=repairs,
    )


def _subcodes(code: Node) -> Iterator[str]:
    inner = next(code.children("Subcode"), None)
    while inner is not None:
        value = _child_text(inner, "Value")
        if value:
            yield value
        inner = next(inner.children("Subcode"), None)


def _child_text(node: Node, name: str) -> str:
    child = next(node.children(name), None)
    return (child.element.text or "").strip() if child is not None else ""


def _http_refusal(status: int, said: str, title: str) -> Fault:
    words = title or " ".join(re.sub(r"<[^>]*>", " ", said).split())[:200]
    return Fault(status, f"HTTP {status}", (), words, attempts_left(said), True, said, said.encode())


def _page_title(head: str) -> str:
    found = re.search(r"<title[^>]*>([^<]{1,200})", head)
    return " ".join(found[1].split())[:80] if found else ""


def _nature(head: str, content_type: str) -> str:
    start = head.lstrip()[:1]
    if not start:
        return "an empty body"
    if start in "{[":
        return "JSON"
    return f"{content_type.partition(';')[0].strip()[:40] or 'something'}"
