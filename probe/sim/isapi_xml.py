"""XML as Hikvision's recorders write it, and the answer with which they refuse."""

from __future__ import annotations

from xml.sax.saxutils import escape

from probe.sim.http import Response

NAMESPACE = 'version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"'

_BOMB = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 10))
    + "]>"
)


def tag(name: str, *inside: str) -> str:
    """Return an element around elements."""
    return f"<{name}>\n{''.join(inside)}</{name}>\n"


def said(name: str, value: object) -> str:
    """Return an element around a text; a truth is written as XML has it."""
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{text}</{name}>\n"


def listed(name: str, rows: list[str], size: int | None = None) -> str:
    """Return a root element of rows. `size` is not always how many there are."""
    count = "" if size is None else f' size="{size}"'
    return f"<{name} {NAMESPACE}{count}>\n{''.join(rows)}</{name}>\n"


def xml(body: str, status: int = 200, *, is_cut: bool = False) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return Response(status, text.encode(), "application/xml", is_cut=is_cut)


def bomb(root: str) -> Response:
    """Return a document of 1 kB that becomes one of 3 GB where entities are expanded."""
    body = f"{_BOMB}<{root}>&lol9;</{root}>"
    return Response(200, f'<?xml version="1.0"?>\n{body}'.encode(), "application/xml")


def refused(
    path: str, sub: str, status: int = 403, code: int = 4, words: str = "Invalid Operation"
) -> Response:
    return xml(
        listed(
            "ResponseStatus",
            [
                said("requestURL", path),
                said("statusCode", code),
                said("statusString", words),
                said("subStatusCode", sub),
            ],
        ),
        status,
    )


def missing() -> Response:
    """Return what older firmware says of a page that it does not have."""
    page = (
        b"<!DOCTYPE html>\n<html><head><title>Document Error: Not Found</title></head>\n"
        b"<body><h2>Access Error: 404 -- Not Found</h2><p>Can't open URL</p></body></html>\n"
    )
    return Response(404, page)
