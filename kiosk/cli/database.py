"""`kiosk demo` and `kiosk db`: what is in the database, and whether it is sound."""

from typing import Annotated

import typer

from kiosk.cli.ending import DONE, PROBLEM, Problem, WrongUsage
from kiosk.cli.office import open_office
from kiosk.cli.output import print_json
from kiosk.services.check_health import find_damage
from kiosk.services.load_stock import StockNotEmpty, fill_demonstration
from storage.schema import NEWEST_REVISION

commands = typer.Typer(help="The database.")


def demo(
    numbers: Annotated[int | None, typer.Option(min=1, max=10_000_000, help="How many numbers.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same numbers.")] = None,
) -> int:
    """Fill an empty database with a demonstration catalogue."""
    with open_office() as office:
        tr, settings = office.tr, office.settings
        try:
            count = fill_demonstration(
                office.shop.database,
                settings.demo_numbers if numbers is None else numbers,
                settings.demo_seed if seed is None else seed,
                # Subscribers are made up: a real message centre would write to strangers.
                now=None if settings.smpp_host else office.shop.now(),
                language=settings.language,
            )
        except StockNotEmpty:
            raise Problem(tr("数据库中已有号码，没有做任何更改。请换一个空的数据库。")) from None
        except ValueError:
            raise WrongUsage(tr("演示号段没有这么多号码，请减小 --numbers")) from None
        print(tr("已准备 {count} 个演示号码。", count=f"{count:,}"))
    return DONE


@commands.command("upgrade")
def upgrade() -> int:
    """Bring the schema up to date; every other command does so too."""
    with open_office() as office:
        before = office.opened.schema_was
        if before == NEWEST_REVISION:
            print(office.tr("数据库已是最新版本({revision})。", revision=before))
        else:
            print(office.tr("数据库已升级：{before} → {now}。", before=before or "-", now=NEWEST_REVISION))
    return DONE


@commands.command("check")
def check(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> int:
    """Compare the schema with the program's, and look for damage."""
    with open_office() as office:
        damage = find_damage(office.shop)
        if as_json:
            print_json({"revision": NEWEST_REVISION, "sound": not damage, "damage": damage})
        elif damage:
            for line in damage:
                print(line)
            print(office.tr("数据库有 {count} 处问题。请停止售卖并从备份恢复。", count=len(damage)))
        else:
            print(office.tr("数据库完好，版本 {revision}。", revision=NEWEST_REVISION))
    return PROBLEM if damage else DONE
