"""The stored logins: in the keyring of the system where there is one, else in an encrypted file."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import keyring
from cryptography.fernet import Fernet, InvalidToken
from keyring.errors import KeyringError

from config.errors import UsageError
from config.plain import system_words
from config.schema import Brands
from config.words import say
from probe.model import Target
from probe.transport.login import Credential
from probe.transport.rules import parse_rule, rank_for

_FILE = "credentials.enc"
_KEY = "credentials.key"
_SERVICE = "camcensus"


@dataclass(frozen=True, slots=True)
class Entry:
    """All about a stored credential but its password."""

    name: str
    user: str
    rule: str
    version: int
    kept_in: Literal["keyring", "file"]


class Keyring(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(slots=True)
class _Content:
    """What the file holds. `versions` outlives a removed credential, so that no label is ever used twice."""

    vault: str
    entries: dict[str, Entry]
    versions: dict[str, int]
    passwords: dict[str, str] = field(repr=False)


class Vault:
    """The credentials of one workspace. Nothing is written before the first `set`."""

    def __init__(
        self, path: Path, content: _Content, ring: Keyring | None, brands: Brands | None = None
    ) -> None:
        self._path = path
        self._content = content
        self._ring = ring
        self._brands = brands

    def __repr__(self) -> str:
        return f"Vault({', '.join(self._content.entries)})"

    @classmethod
    def open(
        cls,
        folder: Path,
        ring: Keyring | Literal["system"] | None = "system",
        file: str = _FILE,
        brands: Brands | None = None,
    ) -> Vault:
        """Open the vault of a workspace, empty where there is none. Raise UsageError when unreadable.

        `file`: another one for secrets that are no logins; no device is ever tried with those. `brands`: by
        which a rule knows makers.
        """
        path = folder / file
        return cls(path, _read(path), system_keyring() if ring == "system" else ring, brands)

    def set(self, name: str, user: str, password: str, rule: str = "all") -> Entry:
        """Store a credential under a new version: a device that refused the old one is asked again, once."""
        _check(name, user, password)
        parse_rule(rule, self._brands)
        before = self._content.versions.get(name)
        # A first version is drawn, so that "name@1" of a lost file is not taken for this one.
        version = secrets.randbelow(1_000_000) + 1 if before is None else before + 1
        entry = Entry(name, user, rule, version, "file")
        if self._put_in_ring(name, password):
            entry = replace(entry, kept_in="keyring")
            self._content.passwords.pop(name, None)
        else:
            self._content.passwords[name] = password
        self._content.entries[name] = entry
        self._content.versions[name] = version
        _write(self._path, self._content)
        return entry

    def remove(self, name: str) -> None:
        entry = self._entry(name)
        if entry.kept_in == "keyring" and self._ring is not None:
            try:
                self._ring.delete_password(_SERVICE, self._ring_user(name))
            except KeyringError as error:
                raise UsageError(say("vault.undeleted", name=name, why=error)) from None
        del self._content.entries[name]
        self._content.passwords.pop(name, None)
        _write(self._path, self._content)

    def listed(self) -> tuple[Entry, ...]:
        return tuple(self._content.entries.values())

    def names_for(self, target: Target) -> tuple[str, ...]:
        """Return the credentials that may be tried on a target, the narrowest rule first."""
        ranked = [
            (rank, name)
            for name, entry in self._content.entries.items()
            if (rank := rank_for(target, parse_rule(entry.rule, self._brands))) is not None
        ]
        return tuple(name for _, name in sorted(ranked, key=lambda pair: pair[0]))

    def credential(self, name: str) -> Credential:
        """Return a login with its password: for `probe.transport` alone."""
        entry = self._entry(name)
        password = self.secret(name)
        if password is None:
            raise UsageError(say("vault.locked", name=name, user=entry.user))
        return Credential(name, entry.version, entry.user, password)

    def secret(self, name: str) -> str | None:
        """Return what is kept under a name, or None where this user of the computer cannot read it."""
        kept_in_file = self._entry(name).kept_in == "file"
        return self._content.passwords.get(name) if kept_in_file else self._ask_ring(name)

    def _entry(self, name: str) -> Entry:
        entry = self._content.entries.get(name)
        if entry is None and not self._content.entries:
            raise UsageError(say("vault.empty", name=name))
        if entry is None:
            known = say("reading.comma").join(self._content.entries)
            raise UsageError(say("vault.unknown", name=name, known=known))
        return entry

    def _put_in_ring(self, name: str, password: str) -> bool:
        if self._ring is None:
            return False
        try:
            self._ring.set_password(_SERVICE, self._ring_user(name), password)
            # Some back ends take a password and keep nothing; only what comes back is stored.
            return self._ring.get_password(_SERVICE, self._ring_user(name)) == password
        except KeyringError:
            return False

    def _ask_ring(self, name: str) -> str | None:
        try:
            return self._ring.get_password(_SERVICE, self._ring_user(name)) if self._ring else None
        except KeyringError:
            return None

    def _ring_user(self, name: str) -> str:
        return f"{self._content.vault}:{name}"


def system_keyring() -> Keyring | None:
    """Return the keyring of the system, or None where there is none that keeps anything."""
    ring = keyring.get_keyring()
    return ring if ring.priority > 0 else None


def _check(name: str, user: str, password: str) -> None:
    if not re.fullmatch(r"[\w.-]{1,40}", name):
        raise UsageError(say("vault.name", name=name))
    if not user or not user.isprintable() or ":" in user:
        raise UsageError(say("vault.user", name=name))
    if any(ord(letter) < 32 for letter in password):
        raise UsageError(say("vault.password", name=name))


def _read(file: Path) -> _Content:
    key_file = file.with_name(_KEY)
    if not file.exists():
        return _Content(secrets.token_hex(8), {}, {}, {})
    try:
        key = key_file.read_bytes()
        plain = Fernet(key).decrypt(file.read_bytes())
        return _content(json.loads(plain))
    except FileNotFoundError:
        raise UsageError(say("vault.key_lost", file=file, key_file=key_file)) from None
    except OSError as error:
        raise UsageError(say("vault.denied", file=error.filename or file, why=system_words(error))) from None
    except (InvalidToken, ValueError, KeyError, TypeError):
        raise UsageError(say("vault.damaged", file=file, key_file=key_file)) from None


def _content(stored: Mapping[str, Any]) -> _Content:
    entries = {one["name"]: Entry(**one) for one in stored["entries"]}
    return _Content(
        vault=str(stored["vault"]),
        entries=entries,
        versions={str(name): int(version) for name, version in stored["versions"].items()},
        passwords={str(name): str(password) for name, password in stored["passwords"].items()},
    )


def _write(file: Path, content: _Content) -> None:
    stored = {
        "vault": content.vault,
        "entries": [
            {
                "name": one.name,
                "user": one.user,
                "rule": one.rule,
                "version": one.version,
                "kept_in": one.kept_in,
            }
            for one in content.entries.values()
        ],
        "versions": content.versions,
        "passwords": content.passwords,
    }
    try:
        sealed = Fernet(_key(file.with_name(_KEY))).encrypt(json.dumps(stored).encode())
        fresh = file.with_name(f"{file.name}.new")
        _write_private(fresh, sealed)
        fresh.replace(file)
    except OSError as error:
        raise UsageError(say("vault.unwritten", folder=file.parent, why=system_words(error))) from None


def _key(file: Path) -> bytes:
    if not file.exists():
        _write_private(file, Fernet.generate_key())
    return file.read_bytes()


def _write_private(file: Path, content: bytes) -> None:
    # Mode 0600 from the first byte on, not after.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
