"""The IEEE's own list of MAC prefixes can stand in for the part of it that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_catalogue, load_site, with_site
from config.oui import with_prefixes

BRANDS = load_catalogue().brands
CSV = """Registry,Assignment,Organization Name,Organization Address
MA-L,0A1B2C,"Hangzhou Hikvision Digital Technology Co.,Ltd.",Hangzhou CN
MA-L,0a1b2d,Zhejiang Dahua Technology Co. Ltd.,Hangzhou CN
MA-L,0A1B2E,"TP-LINK TECHNOLOGIES CO.,LTD.",Shenzhen CN
MA-L,broken,Hikvision,
"""
TXT = (
    "OUI/MA-L\tOrganization\n\n0A-1B-2C   (hex)\t\tHangzhou Hikvision Digital Technology Co.,Ltd.\n"
    "0A1B2C     (base 16)\t\tHangzhou Hikvision Digital Technology Co.,Ltd.\n\t\t\t\tHangzhou\n"
)


def prefixes(path: Path) -> dict[str, tuple[str, ...]]:
    return {brand.id: brand.oui for brand in with_prefixes(BRANDS, path).brands if brand.oui}


def test_the_csv_list_replaces_the_shipped_prefixes(tmp_path: Path) -> None:
    (tmp_path / "oui.csv").write_text(CSV, "utf-8")
    assert prefixes(tmp_path / "oui.csv") == {"hikvision": ("0A:1B:2C",), "dahua": ("0A:1B:2D",)}


def test_the_text_list_replaces_the_shipped_prefixes(tmp_path: Path) -> None:
    (tmp_path / "oui.txt").write_text(TXT, "utf-8")
    assert prefixes(tmp_path / "oui.txt") == {"hikvision": ("0A:1B:2C",)}


def test_the_source_names_the_file_and_its_day(tmp_path: Path) -> None:
    (tmp_path / "oui.csv").write_text(CSV, "utf-8")
    assert with_prefixes(BRANDS, tmp_path / "oui.csv").oui_source.startswith("oui.csv 20")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"mac,maker\n0A1B2C,x\n"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "oui.csv").write_bytes(content)
    with pytest.raises(ConfigError, match="不是 IEEE"):
        with_prefixes(BRANDS, tmp_path / "oui.csv")


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="oui_file"):
        with_prefixes(BRANDS, tmp_path / "oui.csv")


def test_the_profile_names_the_list_beside_it(tmp_path: Path) -> None:
    (tmp_path / "oui.csv").write_text(CSV, "utf-8")
    (tmp_path / "camcensus.toml").write_text('oui_file = "oui.csv"\n', "utf-8")
    catalogue = with_site(load_catalogue(), load_site(tmp_path / "camcensus.toml"))
    assert catalogue.brands.oui_source.startswith("oui.csv")


def test_every_shipped_prefix_is_dated(tmp_path: Path) -> None:
    assert "2022-08-27" in BRANDS.oui_source
    assert sum(len(brand.oui) for brand in BRANDS.brands) > 90
