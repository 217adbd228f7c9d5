"""What a device can do to us. Everything else that is raised is our own fault.

DeviceError
├── Unreachable    no connection, or it broke
├── Silent         connected, but no whole answer before the deadline
│   └── NoPicture  it accepted to play, and no picture came
├── AuthRefused    the login was refused; it must not be tried again
├── Locked         the account is locked, or the device counts the tries that are left
├── NoCredential   it wants a login and no stored credential is allowed for it
├── Unsupported    it says that it cannot do this
│   └── NotThere   it says that there is no such thing
└── Malformed      it answered something that cannot be read
"""

from __future__ import annotations

from typing import ClassVar

from probe.gap import Gap


class DeviceError(Exception):
    """A device's misbehaviour, in words a technician can find in a packet capture."""

    gap: ClassVar[Gap]


class Unreachable(DeviceError):
    gap = Gap.UNREACHABLE


class Silent(DeviceError):
    gap = Gap.TIMEOUT


class NoPicture(Silent):
    pass


class AuthRefused(DeviceError):
    gap = Gap.AUTH_REFUSED


class Locked(DeviceError):
    gap = Gap.LOCKED


class NoCredential(DeviceError):
    gap = Gap.NO_CREDENTIAL


class Unsupported(DeviceError):
    gap = Gap.UNSUPPORTED


class NotThere(Unsupported):
    pass


class Malformed(DeviceError):
    gap = Gap.MALFORMED
