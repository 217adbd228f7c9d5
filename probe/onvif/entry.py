"""Where on a device its ONVIF service answers, found by asking the one question that needs no login."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from probe.errors import DeviceError, Malformed, Silent, Unreachable, Unsupported
from probe.model import Target
from probe.transport.http import HttpSettings
from probe.wire.soap import Fault, Reply
from probe.wire.uri import Uri, host_is_itself, parse_uri


class NotOnvif(Unsupported):
    """Something speaks HTTP there, but none of the known places speaks ONVIF."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one question, and the WWW-Authenticate lines that came with it."""

    said: Reply | Fault
    challenges: tuple[str, ...] = ()

    @property
    def is_refusal(self) -> bool:
        return isinstance(self.said, Fault) and self.said.not_authorized


@dataclass(frozen=True, slots=True)
class Entry:
    """The device service. `speaks_soap` is False when all that was seen of it is a plain HTTP 401."""

    uri: Uri
    answer: Answer
    speaks_soap: bool


Ask = Callable[[Uri], Awaitable[Answer]]


async def find_entry(
    target: Target, settings: HttpSettings, ask: Ask, closed: dict[int, DeviceError]
) -> Entry:
    """Ask the announced places first, then ports × paths. Raise NotOnvif, Unreachable or Silent.

    `closed` keeps the ports that gave nothing: a search that was cut short does not wait for them again.
    """
    refusal: Entry | None = None
    spoke: DeviceError | None = None
    for uri in dict.fromkeys(places(target, settings)):
        if uri.asked_port in closed:
            continue
        try:
            answer = await ask(uri)
        except (Unreachable, Silent) as error:
            closed[uri.asked_port] = error
            continue
        except Malformed as error:
            spoke = error
            continue
        if isinstance(answer.said, Reply) or answer.said.in_soap:
            return Entry(uri, answer, speaks_soap=True)
        # EZVIZ asks for a login with an HTML page, even for the time; so does any other web server.
        refusal = refusal or Entry(uri, answer, speaks_soap=False)

    if refusal is not None:
        return refusal
    if spoke is not None:
        raise NotOnvif(f"no ONVIF service: {spoke}")
    raise next(iter(closed.values()), Unreachable("no port to ask"))


def places(target: Target, settings: HttpSettings) -> Iterator[Uri]:
    """Yield where the device service may be. A pinned target is asked at its port alone."""
    announced = []
    for xaddr in target.xaddrs:
        with suppress(Malformed):  # one bad announcement hides no other place
            announced.append(replace(parse_uri(xaddr), host=target.address))
    if target.pinned is not None:
        ports: tuple[int, ...] = (target.pinned,)
        announced = [Uri(one.scheme, one.host, target.pinned, one.path) for one in announced]
    else:
        known = tuple(port for port in settings.device_ports if port in target.ports)
        ports = known if target.ports else settings.device_ports
    yield from sorted(announced, key=lambda one: one.scheme != "http")
    for port in ports:
        for path in settings.device_paths:
            yield Uri("https" if port in (443, 8443) else "http", target.address, port, path)


def service_place(xaddr: str, entry: Uri, *, pinned: bool) -> Uri:
    """Return where a service is asked: the path that it names, on the address that answered.

    Its port counts only where it names this very address: behind a router, or with a placeholder, it is
    another world's port. Raise Malformed when it is no address.
    """
    named = parse_uri(xaddr)
    path = named.path or "/"
    if pinned or not host_is_itself(named.host, entry.host) or not _is_web_port(named.asked_port):
        return Uri(entry.scheme, entry.host, entry.port, path)
    if named.scheme not in ("http", "https"):
        return Uri(entry.scheme, entry.host, entry.port, path)
    return Uri(named.scheme, entry.host, named.port, path)


def _is_web_port(port: int) -> bool:
    return port in (80, 443) or 80 < port < 100 or port >= 1024
