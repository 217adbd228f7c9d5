"""The [[notices]] of camcensus.toml: read exactly, every mistake named with its key and its mend."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_site
from config.notices import Notice
from config.site import template

MAIL = 'name = "m"\nkind = "mail"\nhost = "smtp.qq.com"\nuser = "1@qq.com"\nto = ["a@b.cn"]\n'


def notices(tmp_path: Path, *sections: str) -> tuple[Notice, ...]:
    path = tmp_path / "camcensus.toml"
    path.write_text("".join(f"[[notices]]\n{one}\n" for one in sections), "utf-8")
    return load_site(path).notices


def refusal(tmp_path: Path, *sections: str) -> str:
    with pytest.raises(ConfigError) as caught:
        notices(tmp_path, *sections)
    return str(caught.value)


def test_a_name_and_a_way_are_enough(tmp_path: Path) -> None:
    (one,) = notices(tmp_path, 'name = "安保群"\nkind = "wecom"')
    assert (one.which, one.digest_at, one.quiet_hours) == (("digest", "urgent", "deadman"), time(7), None)


def test_quiet_hours_are_two_times(tmp_path: Path) -> None:
    (one,) = notices(tmp_path, 'name = "a"\nkind = "wecom"\nquiet = "22:00-06:30"')
    assert one.quiet_hours == (time(22), time(6, 30))


def test_a_mail_with_server_sender_and_recipients_is_whole(tmp_path: Path) -> None:
    (one,) = notices(tmp_path, MAIL)
    assert (one.port, one.security, one.to) == (465, "tls", ("a@b.cn",))


@pytest.mark.parametrize(
    ("section", "key", "mend"),
    [
        ('kind = "wecom"', "notices[1].name", "缺少这一项"),
        ('name = "a b"\nkind = "wecom"', "notices[1].name", "只能由字母"),
        ('name = "a"\nkind = "wechat"', "notices[1].kind", "只能是"),
        ('name = "a"\nkind = "wecom"\nwhich = []', "notices[1].which", "不能为空"),
        ('name = "a"\nkind = "wecom"\nwhich = ["all"]', "notices[1].which[1]", "只能是"),
        ('name = "a"\nkind = "wecom"\nat = "7:00"', "notices[1].at", "07:00"),
        ('name = "a"\nkind = "wecom"\nat = "24:00"', "notices[1].at", "07:00"),
        ('name = "a"\nkind = "wecom"\nquiet = "22:00"', "notices[1].quiet", "22:00-06:30"),
        ('name = "a"\nkind = "wecom"\nquiet = "22:00-22:00"', "notices[1]", "时间相同"),
        ('name = "a"\nkind = "wecom"\nproxy = "10.1.2.3"', "notices[1].proxy", "http://10.1.2.3:8080"),
        ('name = "a"\nkind = "wecom"\nproxy = "http://u:p@x"', "notices[1].proxy", "http://10.1.2.3:8080"),
        ('name = "a"\nkind = "wecom"\nurl = "https://x"', "notices[1].url", "没有这个名称的项"),
        ('name = "a"\nkind = "mail"', "notices[1]", "host"),
        (MAIL.replace("1@qq.com", "admin"), "notices[1]", "sender"),
        (MAIL.replace("a@b.cn", "a.b.cn"), "notices[1].to[1]", "office@example.com"),
        (MAIL + 'security = "none"', "notices[1]", "明文"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_its_mend(
    tmp_path: Path, section: str, key: str, mend: str
) -> None:
    said = refusal(tmp_path, section)
    assert said.startswith(f"camcensus.toml: {key}: ")
    assert mend in said


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    section = 'name = "a"\nkind = "wecom"'
    assert "有两个通知叫“a”" in refusal(tmp_path, section, section)


def test_the_examples_in_a_new_profile_are_right_once_their_signs_are_taken_away(tmp_path: Path) -> None:
    lines = template().splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("# ---- 通知"))
    end = next(place for place in range(begin + 1, len(lines)) if lines[place].startswith("# ----"))
    shown = [line.removeprefix("# ") for line in lines[begin:end] if line == "# [[notices]]" or _is_key(line)]
    path = tmp_path / "camcensus.toml"
    path.write_text("\n".join(shown), "utf-8")
    group, head = load_site(path).notices
    assert (group.kind, group.quiet, head.kind, head.to) == (
        "wecom", "22:00-06:30", "mail", ("office@example.com",)
    )  # fmt: skip


def _is_key(line: str) -> bool:
    name, _, value = line.removeprefix("# ").partition(" = ")
    return bool(value) and name.isidentifier() and name.isascii()
