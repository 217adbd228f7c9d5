"""Which channels of a Hikvision recorder may have filled a share of the disks of their own."""

from __future__ import annotations

from typing import cast

import pytest

from probe.errors import Unsupported
from probe.model import Io
from probe.vendor.hikvision import VENDOR


class FakeIo:
    def __init__(self, page: str) -> None:
        self.page = page

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        if not self.page:
            raise Unsupported("HTTP 404")
        return self.page.encode()


def quota(*words: str) -> str:
    names = ("videoQuotaRatio", "totalVideoVolume", "freeVideoQuota")
    said = "".join(f"<{name}>{word}</{name}>" for name, word in zip(names, words, strict=True) if word)
    return f"<diskQuotaList><diskQuota><id>7</id>{said}</diskQuota></diskQuotaList>"


@pytest.mark.parametrize(
    ("page", "full"),
    [
        ("", False),
        (quota("0", "0", "0"), False),
        (quota("", "1000", "400"), False),
        (quota("", "1000", "40"), True),
        (quota("10", "", ""), True),
        (quota("", "1000", ""), True),
    ],
)
async def test_a_share_is_full_unless_it_is_shown_to_have_room(page: str, full: bool) -> None:
    assert VENDOR.fetch_full_shares is not None
    assert await VENDOR.fetch_full_shares(cast("Io", FakeIo(page))) == ({7} if full else set())
