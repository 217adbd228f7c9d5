"""The secrets of channels: apart from the cameras' logins, refused where they cannot be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import UsageError
from config.notices import Notice, Way
from config.words import say
from probe.model import Target
from probe.transport.vault import Vault
from reports.told.keys import Keys
from reports.told.outcome import NotSent, Secret
from reports.told.sender import Slot

KEY = "S3ntinel-key-9f2c"
GOOD = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def channel(kind: Way = "wecom", name: str = "安保群") -> Notice:
    mail = {"host": "h", "user": "a@b.cn", "to": ("c@d.cn",)} if kind == "mail" else {}
    return Notice.model_validate({"name": name, "kind": kind, **mail})


def test_a_secret_is_found_again(tmp_path: Path) -> None:
    Keys.open(tmp_path, None).set(channel(), "url", GOOD)
    assert Keys.open(tmp_path, None).secret(channel()) == Secret(url=GOOD)


def test_a_secret_stands_in_no_file(tmp_path: Path) -> None:
    Keys.open(tmp_path, None).set(channel(), "url", GOOD)
    assert KEY.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_no_camera_is_ever_tried_with_a_channels_secret(tmp_path: Path) -> None:
    Keys.open(tmp_path, None).set(channel(), "url", GOOD)
    logins = Vault.open(tmp_path, None)
    assert (logins.listed(), logins.names_for(Target("10.0.0.5", (80,)))) == ((), ())


def test_the_logins_of_cameras_stay_where_they_are(tmp_path: Path) -> None:
    Vault.open(tmp_path, None).set("hik", "admin", "x")
    keys = Keys.open(tmp_path, None)
    keys.set(channel(), "url", GOOD)
    keys.remove("安保群")
    assert [one.name for one in Vault.open(tmp_path, None).listed()] == ["hik"]


def test_a_channel_without_its_secret_says_how_to_give_it(tmp_path: Path) -> None:
    said = say("unsent.no_secret", name="安保群")
    assert Keys.open(tmp_path, None).secret(channel()) == NotSent(said, retry=False)


def test_a_mailbox_needs_its_password(tmp_path: Path) -> None:
    assert isinstance(Keys.open(tmp_path, None).secret(channel("mail")), NotSent)


def test_a_secret_in_another_users_keyring_is_told(tmp_path: Path) -> None:
    Keys.open(tmp_path, Ring()).set(channel(), "url", GOOD)
    said = say("unsent.locked", name="安保群")
    assert Keys.open(tmp_path, Ring()).secret(channel()) == NotSent(said, retry=False)


def test_removing_takes_both_secrets(tmp_path: Path) -> None:
    keys = Keys.open(tmp_path, None)
    keys.set(channel("webhook"), "url", "http://10.0.0.9/in")
    keys.set(channel("webhook"), "password", "x")
    keys.remove("安保群")
    assert (keys.held("安保群"), keys.names()) == ((), ())


@pytest.mark.parametrize(
    ("kind", "slot", "typed", "words"),
    [
        ("wecom", "url", "", "notice.secret"),
        ("wecom", "url", f"{GOOD} x", "notice.secret"),
        ("wecom", "url", KEY, "notice.url"),
        ("wecom", "url", "https://[x", "notice.url"),
        ("wecom", "url", f"https://u:{KEY}@qyapi.weixin.qq.com/?key=1", "notice.url"),
        ("wecom", "url", GOOD.replace("https", "http"), "notice.https"),
        ("wecom", "url", GOOD.replace("key=", "k="), "notice.no_key"),
        ("dingtalk", "url", GOOD, "notice.no_key"),
        ("wecom", "password", KEY, "notice.no_password"),
        ("mail", "url", GOOD, "notice.no_url"),
        ("apprise", "url", KEY, "notice.apprise_url"),
    ],
)
def test_a_secret_that_cannot_be_right_is_refused_without_a_word_of_it(
    tmp_path: Path, kind: Way, slot: Slot, typed: str, words: str
) -> None:
    parameter = {"wecom": "key", "dingtalk": "access_token"}.get(kind, "")
    with pytest.raises(UsageError) as caught:
        Keys.open(tmp_path, None).set(channel(kind), slot, typed)
    assert str(caught.value) == say(words, name="安保群", kind=kind, parameter=parameter)
    assert KEY not in str(caught.value)
