"""What the system needs to start the watch by itself: Task Scheduler XML for Windows, units for systemd."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from lxml import etree

from config.settings import Watch

Kind = Literal["windows", "systemd"]

_TASK = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_NIGHT, _SERVE = "camcensus-night", "camcensus-serve"


def units(kind: Kind, folder: Path, watch: Watch, today: date) -> Mapping[str, bytes]:
    """Return the files by name. The folder is the workspace; the program is the one that runs now."""
    if kind == "windows":
        return {
            f"{_NIGHT}.xml": _night_task(folder, watch, today),
            f"{_SERVE}.xml": _serve_task(folder),
        }
    return {
        f"{_SERVE}.service": _serve_unit(folder),
        f"{_NIGHT}.service": _night_unit(folder, watch),
        f"{_NIGHT}.timer": _timer(watch),
    }


def commands(kind: Kind, out: Path) -> list[str]:
    """Return what is to be typed, as an administrator, for one of the two ways: the service, or the timer."""
    if kind == "windows":
        # With its password the account may read its own keyring, where the cameras' logins are.
        return [
            f'schtasks /Create /TN {name} /XML "{out / name}.xml" /RU "{_user()}" /RP *'
            for name in (_SERVE, _NIGHT)
        ]
    files = [f"{_SERVE}.service", f"{_NIGHT}.service {_NIGHT}.timer"]
    return [
        f"sudo cp {' '.join(shlex.quote(str(out / one)) for one in names.split())} /etc/systemd/system/"
        f" && sudo systemctl daemon-reload && sudo systemctl enable --now {names.split()[-1]}"
        for names in files
    ]


def _program() -> list[str]:
    return [sys.executable, "-P", "-m", "reports"]


# Windows: elements stand in the order that the schema wants; Task Scheduler refuses another.


def _night_task(folder: Path, watch: Watch, today: date) -> bytes:
    at = datetime.combine(today + timedelta(days=1), time.fromisoformat(watch.check_at))
    trigger = {
        "CalendarTrigger": {
            # The school has its own minute within the jitter, and a try may fail: it is asked every hour.
            "Repetition": {"Interval": "PT1H", "Duration": "P1D", "StopAtDurationEnd": "false"},
            "StartBoundary": at.isoformat(),
            "Enabled": "true",
            "RandomDelay": f"PT{watch.jitter_min}M",
            "ScheduleByDay": {"DaysInterval": "1"},
        }
    }
    return _task(
        "camcensus: nightly check of the school's cameras",
        trigger,
        {"ExecutionTimeLimit": f"PT{round(watch.most_h * 60)}M"},
        [*_program()[1:], "check", "--if-due", "-w", str(folder)],
        folder,
    )


def _serve_task(folder: Path) -> bytes:
    return _task(
        "camcensus: the watch and its page",
        {"BootTrigger": {"Enabled": "true", "Delay": "PT1M"}},
        {"ExecutionTimeLimit": "PT0S", "RestartOnFailure": {"Interval": "PT1M", "Count": "255"}},
        [*_program()[1:], "serve", "-w", str(folder)],
        folder,
    )


def _task(
    description: str,
    triggers: Mapping[str, object],
    more: Mapping[str, object],
    words: list[str],
    folder: Path,
) -> bytes:
    settings: dict[str, object] = {
        "MultipleInstancesPolicy": "IgnoreNew",
        "DisallowStartIfOnBatteries": "false",
        "StopIfGoingOnBatteries": "false",
        "StartWhenAvailable": "true",
        "RunOnlyIfNetworkAvailable": "false",
        "WakeToRun": "false",
        **more,
    }
    root = f"""<Task version="1.2" xmlns="{_TASK}">
  <RegistrationInfo/>
  <Triggers/>
  <Principals><Principal id="Author"/></Principals>
  <Settings/>
  <Actions Context="Author"><Exec/></Actions>
</Task>"""
    task = etree.fromstring(root, etree.XMLParser(remove_blank_text=True))
    about, when, (who,), how, (what,) = task
    _fill(about, {"Description": description})
    _fill(when, triggers)
    _fill(who, {"UserId": _user(), "LogonType": "Password", "RunLevel": "LeastPrivilege"})
    _fill(how, {name: settings[name] for name in _IN_ORDER if name in settings})
    arguments = subprocess.list2cmdline(words)
    _fill(what, {"Command": sys.executable, "Arguments": arguments, "WorkingDirectory": str(folder)})
    told = etree.tostring(task, xml_declaration=True, encoding="UTF-16", pretty_print=True)
    return told if isinstance(told, bytes) else told.encode("utf-16")


_IN_ORDER = (
    "MultipleInstancesPolicy",
    "DisallowStartIfOnBatteries",
    "StopIfGoingOnBatteries",
    "StartWhenAvailable",
    "RunOnlyIfNetworkAvailable",
    "WakeToRun",
    "ExecutionTimeLimit",
    "RestartOnFailure",
)


def _fill(parent: etree._Element, said: Mapping[str, object]) -> None:
    for name, value in said.items():
        child = etree.SubElement(parent, f"{{{_TASK}}}{name}")
        if isinstance(value, Mapping):
            _fill(child, value)
        else:
            child.text = str(value)


def _user() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "root"
    domain = os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{name}" if domain and sys.platform == "win32" else name


def _serve_unit(folder: Path) -> bytes:
    return _unit(
        f"""\
        [Unit]
        Description=camcensus: the watch and its page
        Wants=network-online.target
        After=network-online.target

        [Service]
        ExecStart={_line("serve", folder)}
        {_common(folder)}
        Restart=on-failure
        RestartSec=30
        TimeoutStopSec=30
        KillMode=mixed

        [Install]
        WantedBy=multi-user.target
        """
    )


def _night_unit(folder: Path, watch: Watch) -> bytes:
    return _unit(
        f"""\
        [Unit]
        Description=camcensus: check what is due
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=oneshot
        ExecStart={_line("check --if-due", folder)}
        {_common(folder)}
        TimeoutStartSec={round(watch.most_h * 3600)}
        """
    )


def _timer(watch: Watch) -> bytes:
    return _unit(
        f"""\
        [Unit]
        Description=camcensus: every night, and after it was missed

        [Timer]
        OnCalendar=*-*-* {watch.check_at}:00 {watch.zone}
        # The school has its own minute, and a try may fail: what is not due costs nothing.
        OnCalendar=hourly
        Persistent=true
        RandomizedDelaySec={watch.jitter_min}min
        FixedRandomDelay=true

        [Install]
        WantedBy=timers.target
        """
    )


def _common(folder: Path) -> str:
    return f"""\
User={_user()}
        WorkingDirectory={_escaped(str(folder))}
        NoNewPrivileges=true
        PrivateTmp=true
        ProtectSystem=full"""


def _line(words: str, folder: Path) -> str:
    return " ".join(_quoted(word) for word in [*_program(), *words.split(), "-w", str(folder)])


def _quoted(word: str) -> str:
    escaped = _escaped(word).replace("$", "$$")
    if not re.search(r"[\s\"'\\]", escaped):
        return escaped
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(word: str) -> str:
    return word.replace("%", "%%")


def _unit(text: str) -> bytes:
    return "\n".join(line.removeprefix("        ") for line in text.split("\n")).rstrip().encode() + b"\n"
