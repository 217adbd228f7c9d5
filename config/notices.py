"""Who is told, by what way, of what and when: the [[notices]] of camcensus.toml. No secret stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import time
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from config.settings import Port, Section

Way = Literal["wecom", "dingtalk", "mail", "webhook", "apprise"]
Which = Literal["digest", "urgent", "deadman"]

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d\Z"
QUIET = r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?\Z"
CHANNEL_NAME = r"^[\w-]{1,30}\Z"
MAILBOX = r"^[^@\s<>,;]+@[^@\s<>,;]+\Z"
PROXY = r"^(http://[^\s/@]+(:\d{1,5})?/?)?\Z"

Clock = Annotated[str, Field(pattern=CLOCK)]
Mailbox = Annotated[str, Field(pattern=MAILBOX)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")
]


class Notice(Section):
    """One channel that notices go to. Its webhook address or password is kept by name, by `notice set`."""

    name: Annotated[str, Field(pattern=CHANNEL_NAME)]
    kind: Way
    which: Annotated[tuple[Which, ...], Field(min_length=1)] = ("digest", "urgent", "deadman")
    at: Clock = "07:00"
    quiet: Annotated[str, Field(pattern=QUIET)] = ""
    always: tuple[Line, ...] = ()  # kinds of faults that are told at once even in quiet hours
    lines: Annotated[int, Field(ge=3, le=100)] = 15
    proxy: Annotated[str, Field(pattern=PROXY)] = ""  # of the system's proxies none is used
    markdown: bool = False  # WeChat shows robots' plain text, and none of their markdown
    keyword: Line = ""  # a DingTalk robot may ask for it in every message
    host: Line = ""
    port: Port = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    user: Line = ""
    sender: Annotated[str, Field(pattern=f"{MAILBOX}|^\\Z")] = ""
    to: tuple[Mailbox, ...] = ()
    attach: bool = True

    @model_validator(mode="after")
    def _is_whole(self) -> Notice:
        if self.quiet and self.quiet[:5] == self.quiet[6:]:
            raise ValueError("quiet 的两个时间相同；不要免打扰就删去这一行")
        if self.kind != "mail":
            return self
        if not self.host or not self.to:
            raise ValueError("邮件要写 host（发信服务器）和 to（收件人）")
        if "@" not in (self.sender or self.user):
            raise ValueError("邮件要写 user（发信邮箱）；登录名不是邮箱时，另写 sender")
        if self.security == "none" and self.user:
            raise ValueError('security = "none" 会让密码明文传送：请改成 "tls" 或 "starttls"，或删去 user')
        return self

    @property
    def digest_at(self) -> time:
        return time.fromisoformat(self.at)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        if not self.quiet:
            return None
        return time.fromisoformat(self.quiet[:5]), time.fromisoformat(self.quiet[6:])


def each_named_once(notices: Sequence[Notice]) -> Sequence[Notice]:
    """Return them as they are. Raise ValueError for a name that two of them have."""
    twice = [name for name, times in Counter(one.name for one in notices).items() if times > 1]
    if twice:
        raise ValueError(f"有两个通知叫“{twice[0]}”，请改名")
    return notices
