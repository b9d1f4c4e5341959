"""Addresses in words, and what is wrong with one."""

from kiosk.domain.addresses import LONGEST_DETAIL, SHORTEST_DETAIL, DetailFault
from kiosk.domain.persons import NameFault
from kiosk.locale import Translator
from kiosk.services.addresses import AddressFault, DistrictFault, StreetFault
from kiosk.services.browse_offers import Regions
from screens.number_purchase.customer_words import fault_text


def place_name(tr: Translator, regions: Regions, district_adcode: int, street: str = "") -> str:
    """Province, city, district and street in Chinese; in English, where they would fill the line, no province.

    Streets have no English names.
    """
    district = regions.district(district_adcode)
    city = regions.city(district.city_adcode)
    province = next(each for each in regions.provinces if each.adcode == city.province_adcode)
    chinese = f"{province.name_zh}{city.name_zh}{district.name_zh}{street}"
    english = [street, district.name_en, city.name_en]
    return tr.pick(chinese, ", ".join(filter(None, english)))


def address_fault_text(tr: Translator, fault: AddressFault) -> str:  # noqa: PLR0911 - one sentence a fault
    """What is wrong with a part of an address, and what to do."""
    match fault:
        case NameFault.EMPTY:
            return tr("请填写收件人姓名")
        case DistrictFault.EMPTY:
            return tr("请选择区县")
        case StreetFault.NOT_IN_DISTRICT:
            return tr("请选择街道或乡镇")
        case DetailFault.EMPTY:
            return tr("请填写街道、门牌和房间号")
        case DetailFault.TOO_SHORT:
            return tr("请写得详细一些，至少 {least} 个字", least=SHORTEST_DETAIL)
        case DetailFault.TOO_LONG:
            return tr("最多 {most} 个字", most=LONGEST_DETAIL)
        case DetailFault.NO_NAME:
            return tr("请写上街道、小区或村的名字")
        case DetailFault.FORBIDDEN_CHARACTER:
            return tr("请只用汉字、字母、数字和常用标点")
        case _:
            return fault_text(tr, fault)
