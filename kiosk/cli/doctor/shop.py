"""The database, its keys, its clock, its worker, and who takes the money."""

import getpass
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from kiosk.cli.doctor.finding import Finding, Status
from kiosk.cli.output import local_time
from kiosk.composition import CannotOpen, OpenedShop, open_shop
from kiosk.config import Settings
from kiosk.domain.errors import ShopUnavailable
from kiosk.gateways.clock import wall_time
from kiosk.locale import Translator
from kiosk.services.check_health import WORKER_SILENCE, find_damage, somebody_waits, worker_seen
from kiosk.services.keep_time import clock_leap, confirm_clock
from storage.schema import NEWEST_REVISION

_APART: Final = timedelta(minutes=5)
"""No further may the machine's clock be from the shop's."""


def of_shop(tr: Translator, settings: Settings, *, confirm: bool) -> Iterator[Finding]:
    """Open the shop as a command does, and look at what it rests on."""
    check = tr("数据库")
    try:
        with open_shop(settings, terminal=False) as opened:
            where = settings.shown("database_url") or settings.database.removeprefix("sqlite:///")
            detail = tr("{where}，版本 {revision}", where=where, revision=NEWEST_REVISION)
            yield Finding("database", check, Status.OK, detail)
            # A shop doesn't open with keys that aren't its own.
            yield Finding("keys", tr("密钥"), Status.OK, tr("属于这个数据库：{folder}", folder=settings.secrets))
            yield _damage(tr, opened)
            yield _clock(tr, opened, confirm=confirm)
            yield _worker(tr, opened)
            if opened.demonstration:
                yield _demonstration(tr, settings)
    except CannotOpen as fault:
        yield Finding("database", check, Status.PROBLEM, str(fault))
    except ShopUnavailable:
        yield Finding("database", check, Status.PROBLEM, tr("检查时连接中断"), tr("请稍后再试"))
    if settings.sandbox:
        yield Finding("payment", tr("支付"), Status.NOTICE, tr("使用沙箱支付，不会收取真钱"))
    else:
        remedy = tr("把设置 sandbox 改为 true")
        yield Finding("payment", tr("支付"), Status.PROBLEM, tr("没有接入任何支付渠道"), remedy)


def _demonstration(tr: Translator, settings: Settings) -> Finding:
    check = tr("演示")
    if settings.smpp_host:
        # The numbers may be strangers' own: an order or a code would be sent to them.
        detail = tr("演示数据与真实的短信网关(smpp_host)并存，短信可能发给陌生人")
        return Finding("demonstration", check, Status.PROBLEM, detail, tr("请改用空的数据库，或去掉设置 smpp_host"))
    return Finding("demonstration", check, Status.NOTICE, tr("号码、套餐和营业厅都是演示数据"))


def _damage(tr: Translator, opened: OpenedShop) -> Finding:
    damage = find_damage(opened.shop)
    if not damage:
        return Finding("integrity", tr("数据完整性"), Status.OK, tr("完好"))
    remedy = tr("运行 kiosk db check 查看全部，并从备份恢复")
    return Finding("integrity", tr("数据完整性"), Status.PROBLEM, damage[0], remedy)


def _clock(tr: Translator, opened: OpenedShop, *, confirm: bool) -> Finding:
    check = tr("时钟")
    if confirm and confirm_clock(opened.shop, getpass.getuser()):
        return Finding("clock", check, Status.OK, tr("已确认：{now}", now=local_time(opened.shop.now())))
    leap = clock_leap(opened.shop)
    now, wall = opened.shop.now(), wall_time()
    if leap is not None:
        before, after = (local_time(each) for each in leap)
        detail = tr("从 {before} 跳到了 {after}", before=before, after=after)
        remedy = tr("日期若正确，运行 kiosk doctor --confirm-clock；否则先校准系统时间")
        return Finding("clock", check, Status.PROBLEM, detail, remedy)
    if abs(wall - now) > _APART:
        detail = tr("营业时间 {now}，系统时间却是 {wall}", now=local_time(now), wall=local_time(wall))
        return Finding("clock", check, Status.PROBLEM, detail, tr("请校准系统时间，然后重启这台机器"))
    return Finding("clock", check, Status.OK, local_time(now))


def _worker(tr: Translator, opened: OpenedShop) -> Finding:
    check = tr("后台任务")
    seen = worker_seen(opened.shop)
    last = tr("最近一次 {time}", time=local_time(seen)) if seen else tr("从未运行")
    if seen is not None and opened.shop.now() - seen <= WORKER_SILENCE:
        return Finding("worker", check, Status.OK, last)
    if not somebody_waits(opened.shop):
        return Finding("worker", check, Status.NOTICE, tr("没有运行({last})，目前也没有待处理的事项", last=last))
    return Finding("worker", check, Status.PROBLEM, last, tr("运行 kiosk run 或 kiosk worker"))
