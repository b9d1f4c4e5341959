"""The streets that an address may name are real ones, and every district has some (SPEC 4.5)."""

from importlib.resources import files

from kiosk.services.divisions import list_streets
from storage.account_tables import addresses
from storage.catalogue import demonstration_catalogue

DISTRICTS = demonstration_catalogue().districts
LIXIA, LICHENG, DONGCHENG = 370102, 370112, 110101


def test_every_district_of_the_catalogue_has_streets_of_its_own() -> None:
    """SPEC 4.5: subdistricts, towns and townships, none of which has two names or a name of two."""
    total = 0
    for district in DISTRICTS:
        streets = list_streets(district.adcode)
        assert streets, district.name_zh
        assert all(street.code // 1000 == district.adcode for street in streets)
        assert all(street.code % 1000 < 400 for street in streets), "no zone that only statistics know"
        assert all(street.name_zh.endswith(("街道", "镇", "乡")) for street in streets)
        assert all(len(street.name_zh) <= addresses.c.street.type.length for street in streets)
        assert len({street.name_zh for street in streets}) == len({street.code for street in streets}) == len(streets)
        total += len(streets)
    assert total == 1770


def test_a_district_gives_its_streets_in_the_order_of_their_codes() -> None:
    streets = list_streets(LIXIA)
    assert [street.name_zh for street in streets][:4] == ["解放路街道", "千佛山街道", "趵突泉街道", "泉城路街道"]
    assert [street.code for street in streets] == sorted(street.code for street in streets)
    assert "洪家楼街道" in {street.name_zh for street in list_streets(LICHENG)}


def test_a_district_elsewhere_has_none() -> None:
    assert list_streets(DONGCHENG) == ()


def test_the_licence_of_the_table_comes_with_it() -> None:
    licence = files("storage.catalogue").joinpath("streets.LICENSE").read_text(encoding="utf-8")
    assert "PUBLIC LICENSE" in licence
