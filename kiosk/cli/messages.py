"""`kiosk messages`: what customers were told, whether it reached them, and why not; persons only masked."""

from typing import Annotated

import typer

from kiosk.cli.ending import DONE
from kiosk.cli.office import open_office
from kiosk.cli.output import instant, local_time, print_json, print_table
from kiosk.cli.words import message_failure, message_state
from kiosk.locale import Translator
from kiosk.services.send_notices import Message, list_messages

message_commands = typer.Typer(help="Messages to customers.")


@message_commands.command("list")
def list_newest(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most that are listed, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> int:
    """List the newest messages to customers."""
    with open_office() as office:
        tr = office.tr
        found = list_messages(office.shop, limit)
        if as_json:
            print_json({"messages": [_document(each) for each in found]})
        elif not found:
            print(tr("还没有消息。"))
        else:
            head = (tr("时间"), tr("状态"), tr("方式"), tr("收件人"), tr("订单号"), tr("内容"), tr("说明"))
            print_table(head, [_cells(tr, each) for each in found])
    return DONE


def _cells(tr: Translator, message: Message) -> tuple[str, ...]:
    delivered = message.delivered_at is not None
    return (
        local_time(message.created_at),
        message_state(tr, message.state, delivered=delivered),
        tr("短信") if message.channel == "sms" else tr("邮件"),
        message.recipient,
        message.order_no or "-",
        message.template,
        message_failure(tr, message.failure),
    )


def _document(message: Message) -> dict[str, object]:
    return {
        "notice_id": message.notice_id,
        "order_no": message.order_no,
        "channel": message.channel,
        "template": message.template,
        "recipient": message.recipient,
        "body": message.body,
        "state": message.state,
        "tries": message.tries,
        "created_at": instant(message.created_at),
        "expires_at": instant(message.expires_at),
        "sent_at": instant(message.sent_at),
        "delivered_at": instant(message.delivered_at),
        "failure": message.failure,
    }
