"""The secrets of notice channels, by name: webhook addresses, mailbox passwords, signing keys."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from config.errors import UsageError
from config.notices import Notice
from config.words import say
from probe.transport.vault import Keyring, Vault
from reports.told.outcome import NotSent, Secret
from reports.told.sender import SLOTS, Slot
from reports.told.senders import SENDERS

_FILE = "notices.enc"


class Keys:
    """The secrets of one workspace, in a file of their own: no camera is ever tried with them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @classmethod
    def open(cls, folder: Path, ring: Keyring | Literal["system"] | None = "system") -> Keys:
        """Open the secrets of a workspace, empty where there are none. Raise UsageError when unreadable."""
        return cls(Vault.open(folder, ring, file=_FILE))

    def set(self, channel: Notice, slot: Slot, value: str) -> None:
        """Keep one secret of a channel. Raise UsageError, without a word of it, where it cannot be right."""
        if slot not in SENDERS[channel.kind].takes:
            words = {"url": "notice.no_url", "password": "notice.no_password"}
            raise UsageError(say(words[slot], name=channel.name, kind=channel.kind))
        if not value or not value.isprintable() or " " in value:
            raise UsageError(say("notice.secret", name=channel.name))
        if slot == "url":
            _check_url(channel, value)
        self._vault.set(f"{channel.name}.{slot}", slot, value)

    def held(self, name: str) -> tuple[Slot, ...]:
        """Return which secrets are kept for a channel of this name."""
        return tuple(slot for slot in SLOTS if f"{name}.{slot}" in self._names())

    def names(self) -> tuple[str, ...]:
        """Return the channels that secrets are kept for."""
        return tuple(dict.fromkeys(name.rpartition(".")[0] for name in self._names()))

    def remove(self, name: str) -> None:
        for slot in self.held(name):
            self._vault.remove(f"{name}.{slot}")

    def secret(self, channel: Notice) -> Secret | NotSent:
        """Return what a sender needs, or why it cannot be had."""
        held = self.held(channel.name)
        needs = ("password",) if channel.kind == "mail" and channel.user else SENDERS[channel.kind].needs
        if any(slot not in held for slot in needs):
            return NotSent(say("unsent.no_secret", name=channel.name), retry=False)
        values = {slot: self._vault.secret(f"{channel.name}.{slot}") for slot in held}
        if None in values.values():
            return NotSent(say("unsent.locked", name=channel.name), retry=False)
        return Secret(url=values.get("url") or "", password=values.get("password") or "")

    def _names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self._vault.listed())


def _check_url(channel: Notice, url: str) -> None:
    if channel.kind == "apprise":
        if "://" not in url:
            raise UsageError(say("notice.apprise_url", name=channel.name))
        return
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.username is not None:
        raise UsageError(say("notice.url", name=channel.name))
    is_own = host in ("localhost", "127.0.0.1", "::1")
    way = SENDERS[channel.kind]
    if way.is_encrypted and parts.scheme != "https" and not is_own:
        raise UsageError(say("notice.https", name=channel.name))
    if way.parameter and not parse_qs(parts.query).get(way.parameter):
        raise UsageError(say("notice.no_key", name=channel.name, parameter=way.parameter))
