"""`kiosk worker` and `kiosk web`: what runs without a screen."""

from dataclasses import asdict
from typing import Annotated

import typer

from kiosk.cli.backstage import on_termination
from kiosk.cli.ending import DONE, WrongUsage
from kiosk.cli.office import open_office
from kiosk.cli.output import print_json
from kiosk.cli.run import web as run_web
from kiosk.locale import Translator
from kiosk.services.settle_deadlines import Settled, settle_deadlines
from kiosk.workers import Workers


def worker(
    once: Annotated[bool, typer.Option("--once", help="Settle what is due now, say what that was, and leave.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document; with --once.")] = False,
) -> int:
    """Settle deadlines, refunds and messages until SIGTERM; any number of workers may run."""
    with open_office() as office:
        tr = office.tr
        if as_json and not once:
            raise WrongUsage(tr("--json 需要与 --once 一起使用"))
        if once:
            settled = settle_deadlines(office.shop)
            if as_json:
                print_json(asdict(settled))
            else:
                _print_settled(tr, settled)
            return DONE
        steady = Workers(office.shop, office.settings.worker_interval, office.opened.attention)
        on_termination(steady.finish)
        print(tr("正在处理到期事项，每 {seconds} 秒一次。", seconds=office.settings.worker_interval), flush=True)
        steady.run_forever()
    return DONE


def _print_settled(tr: Translator, settled: Settled) -> None:
    if not settled.total:
        print(tr("没有到期的事项。"))
        return
    for count, text in (
        (settled.holds, tr("收回的占号")),
        (settled.orders, tr("了结的未付订单")),
        (settled.payments, tr("关闭的支付")),
        (settled.refunds, tr("完成的退款")),
        (settled.pickups, tr("逾期未领的订单")),
        (settled.notices, tr("发出的消息")),
        (settled.forgotten, tr("清除个人资料的订单")),
        (settled.visits, tr("无人结束的办理")),
        (settled.tries, tr("清除的验证码和登录失败记录")),
        (settled.registrations, tr("清除的未激活注册和旧邮件")),
        (settled.codes, tr("过期的验证码消息")),
    ):
        if count:
            print(f"{text}: {count}")


def web() -> int:
    """Serve the sandbox's pages and take providers' notices, until SIGTERM."""
    return run_web()
