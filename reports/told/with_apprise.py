"""All other services, through apprise where it is installed: `pip install camcensus[apprise]`."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from config.notices import Notice
from config.words import say
from reports.told.fit import cut_bytes
from reports.told.message import Message, as_text
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.sender import Sender

_TEXT_BYTES = 2000
# Apprise 2.2 takes HTTP 200 for success here, whatever error code is in it. Ours look.
_OURS = {"NotifyWeComBot": "wecom", "NotifyDingTalk": "dingtalk"}
_UNCHECKED = {"NotifyFeishu", "NotifyLark"}


def send(channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
    """Send a message by apprise, and say what its yes is worth."""
    if find_spec("apprise") is None:
        return NotSent(say("unsent.apprise_missing"), retry=False)
    import apprise

    # Its warnings, and those of the HTTP client under it, hold addresses with their keys.
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    service = apprise.Apprise.instantiate(secret.url)
    if service is None:
        return NotSent(say("unsent.apprise_url"), retry=False)
    name = type(service).__name__
    if name in _OURS:
        return NotSent(say("unsent.apprise_ours", kind=_OURS[name]), retry=False)
    service.socket_connect_timeout, service.socket_read_timeout = 8.0, 20.0
    # Asked itself: apprise's own round of all services leaves threads behind.
    if not service.notify(title=message.title, body=cut_bytes(_body(message), _TEXT_BYTES)):
        return NotSent(say("unsent.apprise_no", service=str(service.service_name)), retry=True)
    return Sent(say("notice.unchecked") if name in _UNCHECKED else "")


def _body(message: Message) -> str:
    return as_text(message).partition("\n")[2].strip("\n") or message.title


SENDER = Sender(send, needs=("url",), takes=("url",))
