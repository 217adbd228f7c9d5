"""The ways a notice can go. Another one is a file that ends in its SENDER and a line here.

Its name stands in config/notices.py too, and what people call it in config/words.toml and camcensus.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from config.notices import Notice, Way
from reports.told import dingtalk, mail, webhook, wecom, with_apprise
from reports.told.message import Message
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.sender import Sender

SENDERS: Mapping[Way, Sender] = {
    "wecom": wecom.SENDER,
    "dingtalk": dingtalk.SENDER,
    "mail": mail.SENDER,
    "webhook": webhook.SENDER,
    "apprise": with_apprise.SENDER,
}


def send(channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
    """Send a message by the channel's own way. Blocks: not for a thread that runs a loop."""
    outcome = SENDERS[channel.kind].send(channel, secret, message)
    return replace(outcome, why=_without(secret, outcome.why)) if isinstance(outcome, NotSent) else outcome


def _without(secret: Secret, said: str) -> str:
    """Take every part of a secret from a sentence: a receiver may echo what it was sent."""
    parts = urlsplit(secret.url)
    values = [value for _, value in parse_qsl(parts.query)]
    pieces = [secret.url, secret.password, parts.query, *values, *parts.path.split("/")]
    whole = {form for piece in pieces for form in (piece, unquote(piece), quote(piece, safe=""))}
    for piece in sorted(whole, key=len, reverse=True):
        if len(piece) >= _SHORTEST:
            said = said.replace(piece, "***")
    return said


_SHORTEST = 8  # what is shorter is a word of the address, such as `robot`
