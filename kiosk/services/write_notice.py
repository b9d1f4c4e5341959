"""Messages to the customer of an order, written in the same transaction as what they tell of (SPEC 4.8, 6.4).

Each has a key made from what happened, so that noticing the same thing twice writes one message.
"""

from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.rules import SHOP_TIME
from kiosk.gateways.messages import Channel
from kiosk.locale import Translator
from storage import offers
from storage.notices import queue_notice
from storage.orders import OrderRow
from storage.payments import TransactionRow


def local_time(instant: datetime) -> str:
    """A time as people at the shop read it: `2026-11-29 18:05`."""
    return f"{instant.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}"


def tell_paid(connection: Connection, order: OrderRow, pickup_deadline: datetime, now: datetime) -> None:
    """The order number, where to collect the card, and the documents to bring."""
    tr = Translator(order.language)
    shop = offers.find_shop(connection, order.shop_code or "")
    place = "" if shop is None else tr.pick(shop.name_zh, shop.name_en)
    body = tr(
        "您已成功订购号码 {number}，订单号 {order_no}。"
        "请本人携带有效身份证件原件，于 {deadline} 前到{place}领取 SIM 卡。",
        number=group_msisdn(order.msisdn),
        order_no=order.order_no,
        deadline=local_time(pickup_deadline),
        place=place,
    )
    # A late payment can bring a cancelled order back, and then be told of again.
    _tell(connection, order, "order_paid", f"paid:{order.order_no}:{local_time(now)}", body, now)


def tell_refund(
    connection: Connection, order: OrderRow, transaction: TransactionRow, reason: str, now: datetime
) -> None:
    """That money is on its way back, how much, and why."""
    tr = Translator(order.language)
    why = {
        "duplicate_payment": tr("您重复支付了一次"),
        "wrong_amount": tr("收到的金额与订单不符"),
        "paid_too_late": tr("付款到达时订单已取消，且号码已不可用"),
        "pickup_timeout": tr("您未在期限内领取 SIM 卡"),
        "given_up": tr("您取消了订单"),
    }[reason]
    body = tr(
        "订单 {order_no}：{why}。{amount} 将全额原路退回您的付款账户，无需任何操作。",
        order_no=order.order_no,
        why=why,
        amount=format_yuan(transaction.amount_fen),
    )
    _tell(connection, order, "refund", f"refund:{transaction.provider}:{transaction.transaction_id}", body, now)


def tell_activated(connection: Connection, order: OrderRow, since: datetime, now: datetime) -> None:
    """That the line runs although the card wasn't collected, and that it can still be."""
    tr = Translator(order.language)
    body = tr(
        "号码 {number}（订单 {order_no}）已于 {since} 自动激活并开始计费。"
        "SIM 卡仍可由本人携带身份证件原件到营业厅领取。",
        number=group_msisdn(order.msisdn),
        order_no=order.order_no,
        since=local_time(since),
    )
    _tell(connection, order, "line_activated", f"activated:{order.order_no}", body, now)


def _tell(connection: Connection, order: OrderRow, template: str, key: str, body: str, now: datetime) -> None:
    if order.contact_phone is None:
        return
    queue_notice(
        connection,
        notice_key=key,
        now=now,
        order_no=order.order_no,
        channel=Channel.SMS.value,
        template=template,
        recipient=order.contact_phone,
        subject=None,
        body=body,
    )
