"""`kiosk orders`: what was bought; persons only masked."""

from typing import Annotated

import typer

from kiosk.cli.ending import DONE, Problem
from kiosk.cli.office import open_office
from kiosk.cli.output import instant, local_time, print_json, print_line, print_table
from kiosk.cli.words import (
    attempt_state,
    event_actor,
    event_reason,
    fulfilment_state,
    line_state,
    order_event,
    order_state,
    refund_state,
)
from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.locale import Translator
from kiosk.services.errors import OrderUnknown
from kiosk.services.show_orders import OrderDetail, OrderSummary, Payment, list_orders, show_order

order_commands = typer.Typer(help="Orders.")

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Most that are listed, the newest first.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@order_commands.command("list")
def list_newest(limit: Limit = 50, as_json: AsJson = False) -> int:
    """List the newest orders."""
    with open_office() as office:
        tr = office.tr
        found = list_orders(office.shop, limit)
        if as_json:
            print_json({"orders": [_summary(order) for order in found]})
        elif not found:
            print(tr("还没有订单。"))
        else:
            head = (tr("订单号"), tr("提交时间"), tr("状态"), tr("号码"), tr("金额"), tr("SIM 卡"))
            print_table(head, [_cells(tr, order) for order in found], frozenset({4}))
    return DONE


def _cells(tr: Translator, order: OrderSummary) -> tuple[str, ...]:
    return (
        order.order_no,
        local_time(order.submitted_at),
        order_state(tr, order.state, order.state_reason),
        group_msisdn(order.msisdn),
        format_yuan(order.amount_fen),
        fulfilment_state(tr, order.fulfilment_state),
    )


@order_commands.command("show")
def show(
    order_no: Annotated[str, typer.Argument(metavar="NO", help="The order's number.")], as_json: AsJson = False
) -> int:
    """Show one order whole: money, states, and what happened when."""
    with open_office() as office:
        try:
            order = show_order(office.shop, order_no)
        except OrderUnknown:
            command = "kiosk orders list"
            raise Problem(
                office.tr("没有订单 {no}。{command} 列出最近的订单。", no=order_no, command=command)
            ) from None
        if as_json:
            print_json(_document(order))
        else:
            _print_order(office.tr, order)
    return DONE


def _summary(order: OrderSummary) -> dict[str, object]:
    return {
        "order_no": order.order_no,
        "state": order.state.value,
        "state_reason": order.state_reason,
        "kind": order.kind,
        "msisdn": str(order.msisdn),
        "tariff": order.tariff_code,
        "amount_fen": order.amount_fen,
        "fulfilment": order.fulfilment,
        "fulfilment_state": order.fulfilment_state,
        "submitted_at": instant(order.submitted_at),
        "pay_deadline": instant(order.pay_deadline),
        "paid_at": instant(order.paid_at),
        "pickup_deadline": instant(order.pickup_deadline),
        "ended_at": instant(order.ended_at),
    }


def _document(order: OrderDetail) -> object:
    return _summary(order.summary) | {
        "shop": order.shop_code,
        "line_state": order.line_state,
        "customer": {
            "name": order.person.name,
            "id_type": order.person.id_type,
            "id_number": order.person.id_number,
            "phone": order.person.phone,
        },
        "lines": [{"kind": line.kind, "amount_fen": line.amount_fen} for line in order.lines],
        "payments": [_payment(payment) for payment in order.payments],
        "timeline": [
            {"at": instant(event.at), "event": event.event, "actor": event.actor, "detail": event.detail}
            for event in order.timeline
        ],
    }


def _payment(payment: Payment) -> dict[str, object]:
    return {
        "out_trade_no": payment.out_trade_no,
        "provider": payment.provider,
        "state": payment.state.value,
        "amount_fen": payment.amount_fen,
        "created_at": instant(payment.created_at),
        "settled_at": instant(payment.settled_at),
        "transactions": [
            {
                "transaction_id": money.transaction_id,
                "amount_fen": money.amount_fen,
                "paid_at": instant(money.paid_at),
                "refund_state": money.refund_state,
            }
            for money in payment.transactions
        ],
    }


def _print_order(tr: Translator, order: OrderDetail) -> None:
    summary, person = order.summary, order.person
    for name, value in (
        (tr("订单号"), summary.order_no),
        (tr("状态"), order_state(tr, summary.state, summary.state_reason)),
        (tr("号码"), group_msisdn(summary.msisdn)),
        (tr("套餐"), summary.tariff_code),
        (tr("金额"), format_yuan(summary.amount_fen)),
        (tr("营业厅"), order.shop_code or "-"),
        (tr("SIM 卡"), fulfilment_state(tr, summary.fulfilment_state)),
        (tr("线路"), line_state(tr, order.line_state)),
        (tr("客户"), "  ".join(part for part in (person.name, person.id_number, person.phone) if part) or "-"),
        (tr("提交时间"), local_time(summary.submitted_at)),
        (tr("付款期限"), local_time(summary.pay_deadline)),
        (tr("付款时间"), local_time(summary.paid_at)),
        (tr("领取期限"), local_time(summary.pickup_deadline)),
    ):
        print_line(f"{name}: {value}")
    if order.payments:
        print()
        head = (tr("商户单号"), tr("渠道"), tr("状态"), tr("金额"))
        print_table(head, [row for payment in order.payments for row in _payment_rows(tr, payment)], frozenset({3}))
    if order.timeline:
        print()
        print_table(
            (tr("时间"), tr("事件"), tr("操作者"), tr("说明")),
            [
                (
                    local_time(each.at),
                    order_event(tr, each.event),
                    event_actor(tr, each.actor),
                    event_reason(tr, each.detail),
                )
                for each in order.timeline
            ],
        )


def _payment_rows(tr: Translator, payment: Payment) -> list[tuple[str, ...]]:
    attempt = (
        payment.out_trade_no,
        payment.provider,
        attempt_state(tr, payment.state),
        format_yuan(payment.amount_fen),
    )
    refunds = [
        ("", "", refund_state(tr, money.refund_state), format_yuan(-money.amount_fen))
        for money in payment.transactions
        if money.refund_state is not None
    ]
    return [attempt, *refunds]
