"""Mail over real sockets: what a mail server of our own got, and what its answers were taken for."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from config.notices import Notice
from reports.told import mail
from reports.told.message import Message, Part, Row
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.senders import send

PASSWORD = "S3ntinel-authorisation"
USER = "school@example.com"


@dataclass
class MailServer:
    """What came in. `says` gives other answers than a good server's, by the first word of a command."""

    port: int = 0
    says: Mapping[str, str] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    was_encrypted: bool = False


@contextmanager
def mail_server(
    certificate: Path | None, *, security: str = "tls", says: Mapping[str, str] | None = None
) -> Iterator[MailServer]:
    """Serve one connection after another until the block ends."""
    there = MailServer(says=says or {})
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        there.port = listening.getsockname()[1]
        is_over = threading.Event()

        def serve() -> None:
            while not is_over.is_set():
                try:
                    one, _ = listening.accept()
                except TimeoutError:
                    continue
                try:
                    one.settimeout(5)
                    _converse(one, there, context, security)
                except (OSError, EOFError):
                    pass
                finally:
                    one.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield there
        finally:
            is_over.set()
            thread.join()


def _converse(plain: socket.socket, there: MailServer, context: ssl.SSLContext | None, security: str) -> None:
    sock, there.was_encrypted = plain, security == "tls"
    if security == "tls" and context is not None:
        sock = context.wrap_socket(plain, server_side=True)
    with sock:
        _talk(sock, there, context, security)


def _talk(sock: socket.socket, there: MailServer, context: ssl.SSLContext | None, security: str) -> None:
    lines = sock.makefile("rb")
    if context is not None or security != "starttls":
        sock.sendall(b"220 receiver\r\n")
    while line := lines.readline():
        word, _, rest = line.decode().strip().partition(" ")
        word = word.upper()
        answer = there.says.get(word)
        if answer == "hang up":
            return
        match word:
            case _ if answer is not None and word != "DATA":
                pass
            case "EHLO":
                offers = ["STARTTLS"] if security == "starttls" and not there.was_encrypted else []
                offers += ["AUTH PLAIN"] if security != "none" else []
                answer = "\r\n".join(["250-receiver", *(f"250-{one}" for one in offers), "250 8BITMIME"])
            case "STARTTLS" if context is not None:
                sock.sendall(b"220 go on\r\n")
                there.was_encrypted = True
                with context.wrap_socket(sock, server_side=True) as inner:
                    _talk(inner, there, None, security)
                return
            case "AUTH":
                given = base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")[1:]
                there.logins.append(given[0])
                answer = "235 ok" if given == [USER, PASSWORD] else f"535 bad login {given[1]}"
            case "RCPT":
                there.recipients.append(rest)
                answer = "550 no such user" if "nobody" in rest else "250 ok"
            case "DATA":
                sock.sendall(b"354 go on\r\n")
                letter = b""
                while (part := lines.readline()) != b".\r\n":
                    if not part:
                        return
                    letter += part
                there.letters.append(letter)
                if answer == "hang up after":
                    return
                answer = answer or "250 taken"
            case _:
                answer = "250 ok"
        sock.sendall(answer.encode() + b"\r\n")


def letter() -> Message:
    parts = (Part("新故障 1 处", (Row("· 正门：断线 <b>", 1),)),)
    made = datetime(2026, 11, 21, 7, tzinfo=UTC)
    return Message("digest", "示例一小", made, "【示例一小】监控晨报", parts, ("digest:1",), "{count}", {})


def channel(there: MailServer, **more: Any) -> Notice:  # noqa: ANN401
    plain = {"name": "head", "kind": "mail", "host": "127.0.0.1", "port": there.port, "user": USER}
    return Notice.model_validate({**plain, "to": ("head@example.com",), **more})


def sent(
    there: MailServer,
    password: str = PASSWORD,
    said: Message | None = None,
    **more: Any,  # noqa: ANN401
) -> Sent | NotSent:
    return send(channel(there, **more), Secret(password=password), said or letter())


def received(there: MailServer) -> EmailMessage:
    read = message_from_bytes(there.letters[0], policy=default)
    assert isinstance(read, EmailMessage)
    return read


def body(there: MailServer, kind: str) -> list[str]:
    part = received(there).get_body((kind,))
    assert part is not None
    return str(part.get_content()).splitlines()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_goes_out_encrypted_and_logged_in(trusted: Path, security: str) -> None:
    with mail_server(trusted, security=security) as there:
        assert sent(there, security=security) == Sent()
    assert (there.was_encrypted, there.logins, len(there.letters)) == (True, [USER], 1)


def test_a_mail_has_text_for_old_programs_and_a_page_for_phones(trusted: Path) -> None:
    with mail_server(trusted) as there:
        sent(there)
    assert body(there, "plain") == ["【示例一小】监控晨报", "", "新故障 1 处", "· 正门：断线 <b>"]
    assert "正门：断线 &lt;b&gt;" in body(there, "html")[0]


def test_the_log_sheet_goes_with_the_mail(trusted: Path, tmp_path: Path) -> None:
    (tmp_path / "每日记录.xlsx").write_bytes(b"PK sheet")
    said = Message(**{**_values(letter()), "sheet": str(tmp_path / "每日记录.xlsx")})
    with mail_server(trusted) as there:
        sent(there, said=said)
    (sheet,) = received(there).iter_attachments()
    assert (sheet.get_filename(), sheet.get_content()) == ("每日记录.xlsx", b"PK sheet")


def test_a_sheet_that_is_gone_is_said_and_the_mail_goes(trusted: Path, tmp_path: Path) -> None:
    said = Message(**{**_values(letter()), "sheet": str(tmp_path / "gone.xlsx")})
    with mail_server(trusted) as there:
        assert sent(there, said=said) == Sent()
    assert "gone.xlsx 读不出来" in body(there, "plain")[-1]


def _values(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in Message.__slots__}


def test_a_wrong_password_is_told_with_the_authorisation_code(trusted: Path) -> None:
    with mail_server(trusted) as there:
        outcome = sent(there, password="S3ntinel-wrong")
    assert isinstance(outcome, NotSent)
    assert ("授权码" in outcome.why, outcome.retry) == (True, False)


def test_a_password_that_the_server_echoes_is_not_repeated(trusted: Path) -> None:
    with mail_server(trusted) as there:
        assert "S3ntinel" not in repr(sent(there, password="S3ntinel-wrong"))


def test_a_certificate_that_nobody_vouches_for_gets_no_password(certificate: Path) -> None:
    with mail_server(certificate) as there:
        outcome = sent(there)
    assert isinstance(outcome, NotSent)
    assert ("证书不可信" in outcome.why, there.logins) == (True, [])


def test_a_server_without_starttls_gets_no_password(trusted: Path) -> None:
    with mail_server(trusted, security="none") as there:
        outcome = sent(there, security="starttls")
    assert isinstance(outcome, NotSent)
    assert ("STARTTLS" in outcome.why, there.logins) == (True, [])


def test_a_mail_server_of_the_school_without_login_is_used(trusted: Path) -> None:
    with mail_server(None, security="none") as there:
        assert sent(there, password="", security="none", user="", sender=USER) == Sent()


def test_a_recipient_who_is_refused_is_named_and_the_others_get_it(trusted: Path) -> None:
    with mail_server(trusted) as there:
        outcome = sent(there, to=("head@example.com", "nobody@example.com"))
    assert isinstance(outcome, Sent)
    assert "nobody@example.com" in outcome.note


def test_a_mail_that_nobody_may_get_is_not_sent(trusted: Path) -> None:
    with mail_server(trusted) as there:
        outcome = sent(there, to=("nobody@example.com",))
    assert isinstance(outcome, NotSent)
    assert "nobody@example.com" in outcome.why


@pytest.mark.parametrize(
    ("says", "part", "retry", "unclear"),
    [
        ({"MAIL": "550 not you"}, "拒绝了发件人", False, False),
        ({"MAIL": "451 later"}, "拒绝了发件人", True, False),
        ({"DATA": "554 spam"}, "没有收下邮件", False, False),
        ({"DATA": "452 full"}, "没有收下邮件", True, False),
        ({"DATA": "hang up after"}, "断了", True, True),
        ({"AUTH": "hang up"}, "断了", True, False),
    ],
)
def test_how_a_server_refuses_is_told(
    trusted: Path, says: dict[str, str], part: str, retry: bool, unclear: bool
) -> None:
    with mail_server(trusted, says=says) as there:
        outcome = sent(there)
    assert isinstance(outcome, NotSent)
    assert (part in outcome.why, outcome.retry, outcome.is_unclear) == (True, retry, unclear)


def test_a_mail_that_was_taken_is_sent_whatever_is_said_to_a_good_bye(trusted: Path) -> None:
    with mail_server(trusted, says={"QUIT": "500 what?"}) as there:
        assert sent(there) == Sent()


def test_a_port_that_is_closed_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        outcome = sent(MailServer(closed.getsockname()[1]))
    assert isinstance(outcome, NotSent)
    assert outcome.retry
    assert ("连不上邮件服务器" in outcome.why, "（对方拒绝连接）" in outcome.why) == (True, True)


def test_a_repeated_mail_has_the_same_id(trusted: Path) -> None:
    here = channel(MailServer(25))
    assert mail.compose(here, letter())["Message-ID"] == mail.compose(here, letter())["Message-ID"]
