"""Mail by the school's own mailbox: text and HTML in one, the log sheet attached."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from config.notices import Notice
from config.plain import system_words
from config.words import say
from reports.told.message import Message, as_html, as_text
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.sender import Sender
from reports.told.webhook import identity

_WAIT_S = 20.0
_LARGEST_SHEET = 15 << 20  # bytes; most mailboxes refuse 25 MB, and base64 makes a third more of it
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def send(channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
    """Send a mail to everybody named. Said to be sent when the server took it for one of them at least."""
    if channel.user and not secret.password:
        return NotSent(say("unsent.mail_password", name=channel.name), retry=False)
    letter = compose(channel, message)
    try:
        server = _connected(channel)
    except ssl.SSLCertVerificationError as error:
        said = say("unsent.certificate", host=channel.host, why=error.verify_message)
        return NotSent(said, retry=True)
    except ssl.SSLError:
        return NotSent(say("unsent.mail_tls", host=channel.host, port=channel.port), retry=True)
    except smtplib.SMTPNotSupportedError:
        return NotSent(say("unsent.mail_starttls", host=channel.host, port=channel.port), retry=False)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        return NotSent(
            say("unsent.mail_server", host=channel.host, port=channel.port, why=_why(error)), retry=True
        )
    try:
        return _handed_over(server, channel, secret, letter)
    finally:
        server.close()  # no QUIT: a mail that was taken is taken, whatever the server says to a good-bye


def compose(channel: Notice, message: Message) -> EmailMessage:
    """Return the mail. A repeat has the same Message-ID, so that a mailbox may drop it."""
    sender = channel.sender or channel.user
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"] = formataddr((say("notice.sender"), sender))
    letter["To"] = ", ".join(channel.to)
    letter["Date"] = format_datetime(message.made)
    letter["Message-ID"] = f"<{identity(message)}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    sheet = _sheet(message) if channel.attach else None
    text = as_text(message)
    if channel.attach and message.sheet and sheet is None:
        text += "\n\n" + say("notice.no_sheet", path=Path(message.sheet).name)
    letter.set_content(text)
    letter.add_alternative(as_html(message), subtype="html")
    if sheet is not None:
        maintype, subtype = _XLSX
        letter.add_attachment(sheet, maintype=maintype, subtype=subtype, filename=Path(message.sheet).name)
    return letter


def _connected(channel: Notice) -> smtplib.SMTP:
    context = ssl.create_default_context()
    # A literal as name: the lookup of this computer's own name can hang, and tells the world about it.
    named = "[127.0.0.1]"
    if channel.security == "tls":
        return smtplib.SMTP_SSL(
            channel.host, channel.port, local_hostname=named, timeout=_WAIT_S, context=context
        )
    server = smtplib.SMTP(channel.host, channel.port, local_hostname=named, timeout=_WAIT_S)
    if channel.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _handed_over(
    server: smtplib.SMTP, channel: Notice, secret: Secret, letter: EmailMessage
) -> Sent | NotSent:
    host, has_begun = channel.host, False
    try:
        if channel.user:
            server.login(channel.user, secret.password)
        has_begun = True
        refused = server.send_message(letter, from_addr=channel.sender or channel.user)
    except smtplib.SMTPAuthenticationError as error:
        return NotSent(
            say("unsent.mail_login", host=host, user=channel.user, code=error.smtp_code), retry=False
        )
    except smtplib.SMTPNotSupportedError:
        return NotSent(say("unsent.mail_no_login", host=host), retry=False)
    except smtplib.SMTPRecipientsRefused as error:
        return NotSent(say("unsent.mail_to", host=host, to=_names(error.recipients)), retry=False)
    except smtplib.SMTPSenderRefused as error:
        return NotSent(
            say("unsent.mail_sender", host=host, code=error.smtp_code), retry=error.smtp_code < 500
        )
    except smtplib.SMTPResponseException as error:
        return NotSent(
            say("unsent.mail_refused", host=host, code=error.smtp_code), retry=error.smtp_code < 500
        )
    except (OSError, smtplib.SMTPException) as error:
        said = say("unsent.mail_broken", host=host, why=_why(error))
        return NotSent(said, retry=True, is_unclear=has_begun)
    return Sent(say("notice.partly", to=_names(refused)) if refused else "")


def _names(refused: dict[str, tuple[int, bytes]]) -> str:
    return say("reading.comma").join(refused)


def _why(error: Exception) -> str:
    """Return what went wrong without a word of the server's: it may repeat what it was told."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return system_words(error)
    return type(error).__name__


def _sheet(message: Message) -> bytes | None:
    path = Path(message.sheet)
    try:
        if message.sheet and path.stat().st_size <= _LARGEST_SHEET:
            return path.read_bytes()
    except OSError:
        return None
    return None


SENDER = Sender(send, needs=(), takes=("password",))
