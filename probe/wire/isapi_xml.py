"""What all answers of Hikvision's ISAPI share: any namespace, names in any case, refusals with 200."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probe.errors import DeviceError, Malformed, Unsupported
from probe.wire.soap import Node, parse_document
from probe.wire.xml_repair import decoded


def opened(raw: bytes, asked: str, *names: str) -> Node:
    """Return the root of an answer, whose name is one of these, all in lower case.

    Raise Unsupported when the device says that it cannot, Malformed when it says anything else. `asked`
    names the question in the sentence.
    """
    if raw.lstrip()[:1] in (b"{", b"["):
        raise _refusal(asked, "JSON", _json_status(raw), names)
    try:
        root = parse_document(raw)
    except Malformed as error:
        raise Malformed(f"ISAPI {asked}: {error}") from error
    if root.name.lower() not in names:
        raise _refusal(asked, f"<{root.name[:40]}>", _xml_status(root), names)
    if not _is_whole(decoded(raw), root.name):
        # A mended half of a list would be a recorder with fewer channels, or a day with a hole.
        raise Malformed(f"ISAPI {asked}: an answer that is cut off, without </{root.name}>")
    return root


def said_of(root: Node) -> str:
    """Return the reason that a <ResponseStatus> names, or an empty string."""
    code, sub, words = _xml_status(root)
    return (sub or words or code)[:80]


def all_of(node: Node, name: str) -> Iterator[Node]:
    """Yield the descendants of a lower-case name, none of them inside another, however they are written."""
    for child in node.children():
        if child.name.lower() == name:
            yield child
        else:
            yield from all_of(child, name)


def child_of(node: Node, *path: str) -> Node | None:
    """Return the first child of the first lower-case name, within it the first of the next, and so on."""
    found: Node | None = node
    for name in path:
        if found is None:
            return None
        found = next((child for child in found.children() if child.name.lower() == name), None)
    return found


def text_of(node: Node, *path: str) -> str:
    """Return the text at that path with single blanks, or an empty string."""
    found = child_of(node, *path)
    return " ".join((found.element.text or "").split()) if found is not None else ""


def flag_of(node: Node, *path: str) -> bool | None:
    """Return True, False, or None for what is neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text_of(node, *path).lower())


def whole_of(node: Node, *path: str, least: int = 0, most: int = 2**31) -> int | None:
    """Return a whole number within the bounds, both included; None for anything else."""
    said = text_of(node, *path)
    if not re.fullmatch(r"[0-9]{1,18}(?:\.[0-9]{0,9})?", said):
        return None
    value = int(said.partition(".")[0])
    return value if least <= value <= most else None


def number_of(node: Node, *path: str) -> int | None:
    """Return a channel's number; None for what cannot be one."""
    return whole_of(node, *path, least=1, most=MOST_CHANNELS)


MOST_CHANNELS = 4096


# lowPrivilege is the account's fault, but the answer is the same: this login will not be told.
_CANNOT = ("notsupport", "methodnotallowed", "invalidoperation", "lowprivilege", "notimplement")


def _refusal(asked: str, came: str, status: tuple[str, str, str], names: tuple[str, ...]) -> DeviceError:
    code, sub, words = status
    said = (sub or words or (f"statusCode {code}" if code else ""))[:80]
    sentence = f"ISAPI {asked}: {came}{f' {said}' if said else ''} instead of <{names[0]}>"
    plain = (sub + words).lower().replace(" ", "")
    if code == "4" or any(word in plain for word in _CANNOT):
        return Unsupported(sentence)
    return Malformed(sentence)


def _is_whole(text: str, name: str) -> bool:
    tag = rf"(?:[\w.-]+:)?{re.escape(name)}"
    return bool(
        re.search(rf"</{tag}\s*>", text[-4096:], re.IGNORECASE)
        or re.search(rf"<{tag}\b[^<>]*/>", text[:4096], re.IGNORECASE)
    )


def _xml_status(root: Node) -> tuple[str, str, str]:
    return text_of(root, "statuscode"), text_of(root, "substatuscode"), text_of(root, "statusstring")


def _json_status(raw: bytes) -> tuple[str, str, str]:
    head = decoded(raw[:4096])

    def said(name: str) -> str:
        found = re.search(rf'"{name}"\s*:\s*"?([^"{{}}\[\],]{{1,80}})', head, re.IGNORECASE)
        return found[1].strip() if found else ""

    return said("statusCode"), said("subStatusCode"), said("statusString")
