"""Stored logins: where they are kept, for whom, and what happens when the files are damaged."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.errors import KeyringError

from config.errors import UsageError
from config.load import load_catalogue
from config.words import say
from probe.model import Sighting, Target
from probe.transport.rules import parse_rule, rank_for
from probe.transport.vault import Vault

BRANDS = load_catalogue().brands
SENTINEL = "S3ntinel-密码"


class Ring:
    """A keyring in memory."""

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise KeyringError("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def target(address: str = "10.0.0.5", *, pinned: int | None = None, scopes: tuple[str, ...] = ()) -> Target:
    seen = (Sighting(address, "ws-discovery", scopes=scopes),) if scopes else ()
    return Target(address, (80,), seen, pinned=pinned)


def exactly(sentence: str) -> str:
    return f"^{re.escape(sentence)}$"


def test_a_credential_is_found_again(tmp_path: Path) -> None:
    Vault.open(tmp_path, None).set("school", "admin", SENTINEL, "10.0.0.0/24")
    again = Vault.open(tmp_path, None)
    assert again.credential("school").password == SENTINEL
    assert [(one.name, one.user, one.rule, one.kept_in) for one in again.listed()] == [
        ("school", "admin", "10.0.0.0/24", "file")
    ]


def test_the_password_is_in_no_file_and_no_repr(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, None)
    vault.set("school", "admin", SENTINEL)
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    shown = f"{vault!r}{vault.listed()!r}{vault.credential('school')!r}{vault._content!r}"
    assert SENTINEL.encode() not in files
    assert SENTINEL not in shown


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Vault.open(tmp_path, None).set("school", "admin", "x")
    assert stat.S_IMODE((tmp_path / "credentials.key").stat().st_mode) == 0o600


def test_nothing_is_written_before_the_first_credential(tmp_path: Path) -> None:
    assert Vault.open(tmp_path, None).listed() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_is_used_where_there_is_one(tmp_path: Path) -> None:
    ring = Ring()
    assert Vault.open(tmp_path, ring).set("school", "admin", SENTINEL).kept_in == "keyring"
    assert list(ring.kept.values()) == [SENTINEL]
    assert Vault.open(tmp_path, ring).credential("school").password == SENTINEL


def test_a_keyring_that_refuses_is_replaced_by_the_file(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, Ring(broken=True))
    assert vault.set("school", "admin", SENTINEL).kept_in == "file"


def test_a_password_in_another_users_keyring_is_asked_for_again(tmp_path: Path) -> None:
    Vault.open(tmp_path, Ring()).set("school", "admin", SENTINEL)
    with pytest.raises(UsageError, match="camcensus credential set school"):
        Vault.open(tmp_path, Ring()).credential("school")


def test_setting_again_makes_a_new_version_even_of_the_same_password(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, None)
    first = vault.set("school", "admin", "x").version
    assert vault.set("school", "admin", "x").version == first + 1


def test_a_removed_name_does_not_start_again_at_its_old_version(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, None)
    first = vault.set("school", "admin", "x").version
    vault.remove("school")
    assert Vault.open(tmp_path, None).set("school", "admin", "y").version == first + 1


def test_removing_takes_it_out_of_the_keyring(tmp_path: Path) -> None:
    ring = Ring()
    vault = Vault.open(tmp_path, ring)
    vault.set("school", "admin", "x")
    vault.remove("school")
    assert (ring.kept, vault.listed()) == ({}, ())


@pytest.mark.parametrize("name", ["", "a b", "../x", "a" * 41])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=exactly(say("vault.name", name=name))):
        Vault.open(tmp_path, None).set(name, "admin", "x")


@pytest.mark.parametrize("user", ["", "a\r\nX: y", "a:b"])
def test_a_user_that_would_break_a_header_is_refused(tmp_path: Path, user: str) -> None:
    with pytest.raises(UsageError, match=exactly(say("vault.user", name="school"))):
        Vault.open(tmp_path, None).set("school", user, "x")


def test_an_unknown_name_lists_the_known(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, None)
    vault.set("school", "admin", "x")
    vault.set("hik", "admin", "x")
    known = say("reading.comma").join(("school", "hik"))
    with pytest.raises(UsageError, match=exactly(say("vault.unknown", name="nobody", known=known))):
        vault.credential("nobody")


def test_an_empty_vault_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="camcensus credential set nobody"):
        Vault.open(tmp_path, None).credential("nobody")


def test_a_lost_key_is_told_with_its_mend(tmp_path: Path) -> None:
    Vault.open(tmp_path, None).set("school", "admin", "x")
    (tmp_path / "credentials.key").unlink()
    said = say("vault.key_lost", file=tmp_path / "credentials.enc", key_file=tmp_path / "credentials.key")
    with pytest.raises(UsageError, match=exactly(said)):
        Vault.open(tmp_path, None)


@pytest.mark.parametrize("file", ["credentials.enc", "credentials.key"])
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, file: str) -> None:
    Vault.open(tmp_path, None).set("school", "admin", "x")
    (tmp_path / file).write_bytes(b"half")
    said = say("vault.damaged", file=tmp_path / "credentials.enc", key_file=tmp_path / "credentials.key")
    with pytest.raises(UsageError, match=exactly(said)):
        Vault.open(tmp_path, None)
    assert (tmp_path / file).read_bytes() == b"half"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    said = say("vault.unwritten", folder=missing, why=say("system.absent"))
    with pytest.raises(UsageError, match=exactly(said)):
        Vault.open(missing, None).set("school", "admin", "x")


def test_the_narrowest_rule_goes_first_and_others_not_at_all(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, None)
    for name, rule in [
        ("any", "all"),
        ("maker", "hikvision"),
        ("net", "10.0.0.0/24"),
        ("one", "10.0.0.5"),
        ("port", "10.0.0.5:8000"),
        ("far", "10.9.0.0/16"),
    ]:
        vault.set(name, "admin", name, rule)
    asked = target(pinned=8000, scopes=("onvif://www.onvif.org/name/HIKVISION%20DS-2CD",))
    assert vault.names_for(asked) == ("port", "one", "net", "maker", "any")


@pytest.mark.parametrize(
    ("rule", "asked", "allowed"),
    [
        ("all", target(), True),
        ("10.0.0.5", target(), True),
        ("10.0.0.6", target(), False),
        ("10.0.0.1-10.0.0.50", target(), True),
        ("10.0.0.6-10.0.0.50", target(), False),
        ("10.0.1.0/24, 10.0.0.5", target(), True),
        ("10.0.0.5:80", target(), True),
        ("10.0.0.5:81", target(), False),
        ("10.0.0.5:80", target(pinned=81), False),
        ("[fd00::1]:80", target("fd00::1"), True),
        ("fd00::/8", target("fd00::1"), True),
        ("fd00::/8", target(), False),
        ("大华", target(scopes=("onvif://x/name/%E5%A4%A7%E5%8D%8E",)), True),
        ("dahua", target(), False),
    ],
)
def test_rules_allow_what_they_say(rule: str, asked: Target, allowed: bool) -> None:
    assert (rank_for(asked, parse_rule(rule)) is not None) is allowed


HIKVISION = target(scopes=("onvif://www.onvif.org/name/HIKVISION%20DS-2CD2T47",))
BY_MAC_ALONE = Target("10.0.0.5", (80,), mac="44:19:b6:00:00:07")


@pytest.mark.parametrize(
    ("rule", "asked", "allowed"),
    [
        ("海康", HIKVISION, True),
        ("海康威视", HIKVISION, True),
        ("海康, 10.0.0.6", BY_MAC_ALONE, True),
        ("大华", HIKVISION, False),
        ("大华", BY_MAC_ALONE, False),
        ("ds-2cd", HIKVISION, True),
    ],
)
def test_a_maker_goes_by_any_of_its_names(rule: str, asked: Target, allowed: bool, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, None, brands=BRANDS)
    vault.set("school", "admin", SENTINEL, rule)
    assert vault.names_for(asked) == (("school",) if allowed else ())


def test_a_word_that_names_no_maker_is_told() -> None:
    assert [one.unknown for one in parse_rule("海康, hikvison, 10.0.0.5", BRANDS)] == ["", "hikvison", ""]


@pytest.mark.parametrize(
    "rule",
    ["", " , ", "10.0.0.300", "10.0.0.0/40", "10.0.0.9-10.0.0.1", "10.0.0.1-fd00::1", "10.0.0.1:0", "x"],
)
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(UsageError):
        parse_rule(rule)


@given(st.text(max_size=30))
def test_any_text_is_a_rule_or_a_sentence(rule: str) -> None:
    try:
        rank_for(target(), parse_rule(rule))
    except UsageError as error:
        said = str(error)
        assert said
