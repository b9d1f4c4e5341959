"""What "my page" leads to, declared once; the page names no screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.locale import Translator
from screens.account.addresses import AddressesScreen
from screens.favourites import FavouritesScreen
from screens.kiosk_screen import KioskScreen
from screens.orders.my_orders import MyOrdersScreen


@dataclass(frozen=True, slots=True)
class MyEntry:
    """One entry: what it says, and the screen that it shows."""

    name: str
    """Of its button."""
    label: Callable[[Translator], str]
    description: Callable[[Translator], str]
    screen: Callable[[], KioskScreen]


MY_ENTRIES: Final[tuple[MyEntry, ...]] = (
    MyEntry("orders", lambda tr: tr("我的订单"), lambda tr: tr("付款、取消、取卡、退款进度"), MyOrdersScreen),
    MyEntry(
        "favourites",
        lambda tr: tr("我的收藏"),
        lambda tr: tr("看看还在不在，马上办理"),
        FavouritesScreen,
    ),
    MyEntry(
        "addresses",
        lambda tr: tr("我的地址"),
        lambda tr: tr("查看、添加和删除"),
        AddressesScreen,
    ),
)
"""Above all that concerns the account itself."""
