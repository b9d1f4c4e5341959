"""`kiosk catalogue`: what the shop takes over from other systems."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.ending import DONE, Problem
from kiosk.cli.office import open_office
from kiosk.cli.output import print_line
from kiosk.cli.words import import_fault
from kiosk.services.import_subscribers import import_subscribers

commands = typer.Typer(help="What the shop takes over from other systems.")

_SUBSCRIBERS = "subscribers.csv"


@commands.command("import")
def import_catalogue(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with subscribers.csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the files.")] = False,
) -> int:
    """Add the subscribers of a folder: all of them, or none."""
    with open_office() as office:
        tr = office.tr
        file = folder / _SUBSCRIBERS
        report = import_subscribers(office.shop, file, dry_run=dry_run)
        for fault in report.faults:
            where = f"{file.name}: " + tr("第 {line} 行", line=fault.line) if fault.line else str(file)
            value = f" ({fault.value})" if fault.value else ""
            print_line(f"{where}: {import_fault(tr, fault.reason)}{value}")
        if not report.clean:
            count = f"{report.fault_count:,}"
            raise Problem(tr("文件中有 {count} 处错误，没有导入任何用户。请改正后重试。", count=count))
        subscribers = f"{report.numbers:,}"
        print(
            tr("已导入 {subscribers} 个用户。", subscribers=subscribers)
            if report.imported
            else tr("文件没有错误，可以导入 {subscribers} 个用户。", subscribers=subscribers)
        )
    return DONE
