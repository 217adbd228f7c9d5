"""For which devices a credential may be tried: all, an address or several, a port, a maker's word."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from config.errors import UsageError
from config.schema import Brand, Brands, known_brand
from config.words import say
from probe.model import Target


@dataclass(frozen=True, slots=True)
class Rule:
    """`rank` is how narrow the rule is, 0 the narrowest: narrower rules are tried first.

    `unknown`: a word that is no address, and no maker's name that we know.
    """

    rank: int
    allows: Callable[[Target], bool]
    unknown: str = ""


def parse_rule(text: str, brands: Brands | None = None) -> tuple[Rule, ...]:
    """Return the parts of a rule, any of which allows a target. Raise UsageError for a part that is none.

    `brands` tells makers by any of their names: a device announces HIKVISION, and people write 海康.
    """
    words = [word.strip() for word in re.split(r"[,，;；]", text) if word.strip()]
    if not words:
        raise UsageError(say("rule.none"))
    return tuple(_parse(word, brands) for word in words)


def rank_for(target: Target, rules: tuple[Rule, ...]) -> int | None:
    """Return the rank of the narrowest rule that allows the target, or None when none does."""
    return min((rule.rank for rule in rules if rule.allows(target)), default=None)


def _parse(word: str, brands: Brands | None) -> Rule:
    if word.lower() in ("all", "*"):
        return Rule(4, lambda _: True)
    if pinned := re.fullmatch(r"(?:\[([0-9A-Fa-f:.%\w]+)\]|(\d+(?:\.\d+){3})):(\d{1,5})", word):
        return _at_port(word, pinned[1] or pinned[2], int(pinned[3]))
    if re.fullmatch(r"[0-9A-Fa-f:.]+\s*-\s*[0-9A-Fa-f:.]+", word) and re.search(r"[.:]", word):
        return _range(word)
    if "/" in word:
        return _network(word)
    if re.fullmatch(r"[0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*", word):
        only = _address(word, word)
        return Rule(1, lambda target: _of(target) == only)
    if len(word) < 2:
        raise UsageError(say("rule.short", word=word))
    maker = known_brand(word, brands) if brands else None
    return Rule(3, lambda target: _is_by(target, word, maker), "" if maker else word)


def _is_by(target: Target, word: str, maker: Brand | None) -> bool:
    spoken = _spoken(target)
    if word.casefold() in spoken:
        return True
    return maker is not None and (
        any(re.search(pattern, spoken, re.IGNORECASE) for pattern in maker.patterns)
        or target.mac[:8].upper() in maker.oui
    )


def _at_port(word: str, address: str, port: int) -> Rule:
    only = _address(word, address)
    if not 0 < port < 65536:
        raise UsageError(say("rule.port", word=word))
    return Rule(
        0,
        lambda target: (
            _of(target) == only and (port in target.ports if target.pinned is None else port == target.pinned)
        ),
    )


def _range(word: str) -> Rule:
    first, last = (_address(word, part.strip()) for part in word.split("-"))
    if first.version != last.version or int(first) > int(last):
        raise UsageError(say("rule.range", word=word))

    def allows(target: Target) -> bool:
        one = _of(target)
        return one is not None and one.version == first.version and int(first) <= int(one) <= int(last)

    return Rule(2, allows)


def _network(word: str) -> Rule:
    try:
        network = ipaddress.ip_network(word, strict=False)
    except ValueError:
        raise UsageError(say("rule.network", word=word)) from None

    def allows(target: Target) -> bool:
        one = _of(target)
        return one is not None and one in network

    return Rule(2, allows)


def _address(word: str, text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise UsageError(say("rule.address", word=word, address=text)) from None


def _of(target: Target) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(target.address.partition("%")[0])
    except ValueError:
        return None


def _spoken(target: Target) -> str:
    return unquote(" ".join(target.scopes)).casefold()
