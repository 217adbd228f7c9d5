"""What a person asks to be scanned: words in, addresses out, every mistake at once. 探测目标"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.errors import UsageError
from config.words import say
from probe.discover.interfaces import Interface

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Span:
    """Addresses from the first to the last, both asked."""

    first: Address
    last: Address

    @property
    def count(self) -> int:
        return int(self.last) - int(self.first) + 1

    def __contains__(self, address: Address) -> bool:
        return address.version == self.first.version and int(self.first) <= int(address) <= int(self.last)

    def __iter__(self) -> Iterator[str]:
        kind = type(self.first)
        return (str(kind(number)) for number in range(int(self.first), int(self.last) + 1))


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall be scanned. No address stands in two spans; a named one is reported when it stays silent."""

    words: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    named: tuple[str, ...] = ()
    pinned: tuple[tuple[str, int], ...] = ()
    multicast: tuple[Interface, ...] = ()
    local: tuple[Interface, ...] = ()  # every interface of this PC: what stands in none of them is routed
    everything: bool = False  # no TARGET was given
    alone: bool = False  # nobody waits for anything else: of others that answer nothing is said

    @property
    def count(self) -> int:
        return sum(span.count for span in self.spans) + len(self.pinned)

    @property
    def is_by_name_only(self) -> bool:
        return not self.everything and self.count == len(self.named) + len(self.pinned)

    def covers(self, address: str) -> bool:
        wanted = ipaddress.ip_address(address)
        return any(wanted in span for span in self.spans)

    def addresses(self) -> Iterator[str]:
        return (address for span in self.spans for address in span)


def parse_targets(words: Sequence[str], interfaces: Sequence[Interface], max_addresses: int) -> Asked:
    """Return what the words ask for; none ask for every local network. Raise UsageError with all mistakes."""
    if not words and all(one.is_loopback for one in interfaces):
        raise UsageError(say("target.no_network"))
    meant: list[_Meant] = []
    mistakes: list[str] = []
    local = dict.fromkeys(one.name for one in interfaces if not one.is_loopback)
    for word in words or local:
        try:
            meant.append(_read(word, interfaces, max_addresses))
        except _Mistake as mistake:
            mistakes.append(str(mistake))

    spans = _merged([span for one in meant for span in one.spans])
    together = sum(span.count for span in spans)
    if together > max_addresses and not mistakes:
        mistakes.append(_too_many(" ".join(words or local), together, max_addresses))
    if mistakes:
        said = (say("target.wrong"), *(f"  {mistake}" for mistake in mistakes), say("target.how"))
        raise UsageError("\n".join(said))

    chosen = {interface for one in meant for interface in one.interfaces}
    heard = [one for one in interfaces if one in chosen or any(_meet(span, one.network) for span in spans)]
    return Asked(
        words=tuple(words) or tuple(dict.fromkeys(str(one.network) for one in interfaces if one in chosen)),
        spans=spans,
        named=tuple(dict.fromkeys(address for one in meant for address in one.named)),
        pinned=tuple(dict.fromkeys(pin for one in meant for pin in one.pinned)),
        multicast=tuple(heard),
        local=tuple(interfaces),
        everything=not words,
    )


class _Mistake(Exception):
    """A sentence about one word."""


@dataclass(frozen=True, slots=True)
class _Meant:
    spans: tuple[Span, ...] = ()
    named: tuple[str, ...] = ()
    pinned: tuple[tuple[str, int], ...] = ()
    interfaces: tuple[Interface, ...] = ()


def _read(word: str, interfaces: Sequence[Interface], max_addresses: int) -> _Meant:
    """Return what one word means. Raise _Mistake."""
    if mine := tuple(one for one in interfaces if one.name == word):
        swept = [one.network for one in mine if _is_swept(one)]
        return _Meant(
            spans=tuple(_affordable(f"{word} {one}", _hosts(one), max_addresses) for one in swept),
            interfaces=mine,
        )
    # A Chinese keyboard gives full-width digits, colons and slashes.
    text = unicodedata.normalize("NFKC", word).strip()
    if re.fullmatch(r"[\da-fA-F.:]+/.*", text):
        return _Meant(spans=(_affordable(word, _network(word, text), max_addresses),))
    if re.fullmatch(r"[\d.]+-[\d.]*|[\da-fA-F.]*:[\da-fA-F:.]*-[\da-fA-F:.]+", text):
        return _Meant(spans=(_affordable(word, _range(word, text), max_addresses),))
    if pair := re.fullmatch(r"(?:\[([^\]]*)\]|([\d.]+)):(.*)", text):
        return _Meant(pinned=((_named(word, pair[1] or pair[2] or "", interfaces), _port(word, pair[3])),))
    address = _named(word, text, interfaces)
    parsed = ipaddress.ip_address(address)
    return _Meant(spans=(Span(parsed, parsed),), named=(address,))


def _named(word: str, text: str, interfaces: Sequence[Interface]) -> str:
    address = _address(word, text)
    if address is None:
        names = dict.fromkeys(one.name for one in interfaces)
        known = say("reading.comma").join(names) or say("target.no_interface")
        raise _Mistake(say("target.unreadable", word=word, known=known))
    return str(address)


def _port(word: str, text: str) -> int:
    port = int(text) if text.isdecimal() and len(text) < 6 else 0
    if not 0 < port < 65536:
        raise _Mistake(say("target.port", word=word))
    return port


def _address(word: str, text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if address.is_unspecified or address.is_multicast or address == ipaddress.ip_address("255.255.255.255"):
        raise _Mistake(say("target.nobody", word=word))
    return address


def _network(word: str, text: str) -> Span:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise _Mistake(say("target.network", word=word)) from error
    if network.is_multicast:
        raise _Mistake(say("target.nobody", word=word))
    return _hosts(network)


def _hosts(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Span:
    first, last = network.network_address, network.broadcast_address
    if network.version == 4 and network.prefixlen <= 30:
        return Span(first + 1, last - 1)
    return Span(first, last)


def _range(word: str, text: str) -> Span:
    left, _, right = text.partition("-")
    if right.isdecimal() and left.count(".") == 3:
        right = f"{left.rpartition('.')[0]}.{right}"
    first, last = _address(word, left), _address(word, right)
    if first is None or last is None or first.version != last.version or int(first) > int(last):
        raise _Mistake(say("target.range", word=word))
    return Span(first, last)


def _affordable(word: str, span: Span, max_addresses: int) -> Span:
    if span.count > max_addresses:
        raise _Mistake(_too_many(word, span.count, max_addresses))
    return span


def _too_many(word: str, count: int, limit: int) -> str:
    return say("target.too_many", word=word, count=count, limit=limit)


def _is_swept(interface: Interface) -> bool:
    # A /32 holds only ourselves, and 169.254/16 means that no address was given: multicast asks there.
    return interface.network.prefixlen < 31 and not interface.network.is_link_local


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.first.version, int(one.first))):
        before = merged[-1] if merged else None
        if before and before.first.version == span.first.version and int(span.first) <= int(before.last) + 1:
            merged[-1] = Span(before.first, max(before.last, span.last, key=int))
        else:
            merged.append(span)
    return tuple(merged)


def _meet(span: Span, network: ipaddress.IPv4Network) -> bool:
    return (
        span.first.version == 4
        and int(span.first) <= int(network.broadcast_address)
        and int(network.network_address) <= int(span.last)
    )
