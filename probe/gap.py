"""Why a metric has no value. A gap is never a value and never counts as met."""

from __future__ import annotations

from enum import StrEnum


class Gap(StrEnum):
    """The ids of the gaps; their names and mends in words stand in config/gaps.toml."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    AUTH_REFUSED = "auth-refused"
    LOCKED = "locked"
    NO_CREDENTIAL = "no-credential"
    UNSUPPORTED = "unsupported"
    MALFORMED = "malformed"
    NO_PICTURE = "no-picture"
    TOO_SHORT = "too-short"
    UNCLEAR = "unclear"
    NO_BASELINE = "no-baseline"
    OFF_PRESET = "off-preset"
    CONTRADICTED = "contradicted"
    HIDDEN = "hidden"
    PRIVILEGE = "privilege"
    NOT_ASKED = "not-asked"
    FORGOTTEN = "forgotten"
    OUR_BUG = "our-bug"
