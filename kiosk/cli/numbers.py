"""`kiosk numbers`: search, import, export and withdraw."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.ending import DONE, Problem, WrongUsage
from kiosk.cli.office import Office, open_office
from kiosk.cli.output import local_time, print_json, print_line, print_table
from kiosk.cli.words import import_fault, number_state, query_fault
from kiosk.domain.money import format_yuan, parse_yuan
from kiosk.domain.msisdn import group_msisdn, parse_msisdn
from kiosk.domain.number_query import NumberPage, NumberQuery, NumberRow, NumberSort, QueryInvalid
from kiosk.domain.patterns import PATTERN_BY_CODE
from kiosk.locale import Translator
from kiosk.services.browse_offers import list_regions
from kiosk.services.export_numbers import export_numbers, write_numbers
from kiosk.services.find_city import CityUnknown, find_city
from kiosk.services.import_numbers import import_numbers as import_file
from kiosk.services.load_stock import NumberClaimed, NumberUnknown, NumberWithdrawn, withdraw_number
from kiosk.services.search_numbers import search_numbers

commands = typer.Typer(help="The stock of numbers.")

_FIGURES = frozenset({3, 4, 5})


@commands.command("search")
def search(
    city: Annotated[str, typer.Option(help="City: Chinese name, with or without 市, or adcode.")] = "",
    prefix: Annotated[list[str] | None, typer.Option(help="First 3 to 7 digits; may be repeated, any of them.")] = None,
    tail: Annotated[str, typer.Option(help="Last digits.")] = "",
    contains: Annotated[str, typer.Option(help="Digits anywhere.")] = "",
    at: Annotated[str, typer.Option(help="Exact positions, _ for any digit: 1__5___88__.")] = "",
    no_4: Annotated[bool, typer.Option("--no-4", help="No 4 in the eight digits after the network prefix.")] = False,
    pattern: Annotated[list[str] | None, typer.Option(help="Code of a pattern; may be repeated, any of them.")] = None,
    price_min: Annotated[str, typer.Option(metavar="YUAN", help="Least prepayment.")] = "",
    price_max: Annotated[str, typer.Option(metavar="YUAN", help="Greatest prepayment.")] = "",
    sort: Annotated[NumberSort, typer.Option(help="In which order.")] = NumberSort.NUMBER,
    seed: Annotated[int, typer.Option(help="Which of the shuffled orders.")] = 0,
    limit: Annotated[int, typer.Option(help="Most numbers listed: 1 to 10000.")] = 20,
    after: Annotated[str, typer.Option(help="The `next` of the page before.")] = "",
    include_held: Annotated[bool, typer.Option("--include-held", help="List held numbers too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> int:
    """Find numbers by any combination of conditions."""
    with open_office() as office:
        try:
            query = NumberQuery(
                city_adcode=_city(office, city),
                prefixes=frozenset(prefix or ()),
                tail=tail,
                contains=contains,
                at=at,
                no_4=no_4,
                patterns=frozenset(pattern or ()),
                price_min_fen=_fen(office.tr, "--price-min", price_min),
                price_max_fen=_fen(office.tr, "--price-max", price_max),
                sort=sort,
                seed=seed,
                limit=limit,
                after=after or None,
                include_held=include_held,
            )
            page = search_numbers(office.shop, query)
        except QueryInvalid as fault:
            raise WrongUsage(query_fault(office.tr, fault.field)) from None
        cities = {each.adcode: each for each in list_regions(office.shop).cities}
        if as_json:
            names = {adcode: each.name_zh for adcode, each in cities.items()}
            print_json(_document(page, names))
        else:
            names = {adcode: office.tr.pick(each.name_zh, each.name_en) for adcode, each in cities.items()}
            _print_page(office.tr, page, names)
    return DONE


def _city(office: Office, text: str) -> int | None:
    if not text:
        return None
    try:
        return find_city(office.shop.database, text)
    except CityUnknown:
        cities = list_regions(office.shop).cities
        known = office.tr("、").join(each.name_zh for each in cities)
        raise WrongUsage(office.tr("没有名为 {text} 的城市。可用的城市：{known}", text=text, known=known)) from None


def _fen(tr: Translator, flag: str, text: str) -> int | None:
    if not text:
        return None
    try:
        return parse_yuan(text)
    except ValueError:
        raise WrongUsage(tr("{flag} 应为以元为单位的金额，如 100 或 99.5", flag=flag)) from None


def _document(page: NumberPage, cities: Mapping[int, str]) -> object:
    return {
        "total": page.total,
        "numbers": [
            {
                "msisdn": str(row.msisdn),
                "city": cities[row.city_adcode],
                "pattern": row.pattern,
                "tier": row.tier,
                "prepayment_fen": row.prepayment_fen,
                "monthly_minimum_fen": row.monthly_minimum_fen,
                "term_months": row.term_months,
                "state": row.state.value,
            }
            for row in page.numbers
        ],
        "next": page.next,
    }


def _print_page(tr: Translator, page: NumberPage, cities: Mapping[int, str]) -> None:
    if page.numbers:
        head = (tr("号码"), tr("城市"), tr("类型"), tr("预存款"), tr("月最低消费"), tr("合约期"), tr("状态"))
        print_table(head, [_cells(tr, row, cities) for row in page.numbers], _FIGURES)
        print()
    print(
        tr("共 {total} 个可售号码，第 {page} / {pages} 页", total=f"{page.total:,}", page=page.page, pages=page.pages)
    )
    if page.next is not None:
        print(tr("下一页：加上 {flag}", flag=f"--after {page.next}"))


def _cells(tr: Translator, row: NumberRow, cities: Mapping[int, str]) -> tuple[str, ...]:
    pattern = PATTERN_BY_CODE[row.pattern]
    state = number_state(tr, row.state)
    return (
        group_msisdn(row.msisdn),
        cities[row.city_adcode],
        tr.pick(pattern.name_zh, pattern.name_en),
        format_yuan(row.prepayment_fen),
        format_yuan(row.monthly_minimum_fen),
        tr("{months} 个月", months=row.term_months) if row.term_months else "-",
        state if row.free_at is None else tr("{state}至 {until}", state=state, until=local_time(row.free_at)),
    )


@commands.command("import")
def import_numbers(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: msisdn and city, and more if wanted.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
) -> int:
    """Add the numbers of a CSV file: all of them, or none."""
    with open_office() as office:
        tr = office.tr
        report = import_file(office.shop.database, file, office.shop.now(), dry_run=dry_run)
        for fault in report.faults:
            where = tr("第 {line} 行", line=fault.line) if fault.line else str(file)
            value = f" ({fault.value})" if fault.value else ""
            print_line(f"{where}: {import_fault(tr, fault.reason)}{value}")
        if not report.clean:
            count = f"{report.fault_count:,}"
            raise Problem(tr("文件中有 {count} 处错误，没有导入任何号码。请改正后重试。", count=count))
        numbers = f"{report.numbers:,}"
        print(
            tr("已导入 {numbers} 个号码。", numbers=numbers)
            if report.imported
            else tr("文件没有错误，可以导入 {numbers} 个号码。", numbers=numbers)
        )
    return DONE


@commands.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; - is standard output.")],
) -> int:
    """Write the whole stock as CSV."""
    with open_office() as office:
        if str(file) == "-":
            write_numbers(office.shop.database, sys.stdout, office.shop.now())
            return DONE
        count = export_numbers(office.shop.database, file, office.shop.now())
        print_line(office.tr("已将 {count} 个号码写入 {file}。", count=f"{count:,}", file=file))
    return DONE


@commands.command("withdraw")
def withdraw(msisdn: Annotated[str, typer.Argument(metavar="MSISDN", help="The number, spaced or not.")]) -> int:
    """Take a number out of sale for good."""
    with open_office() as office:
        tr = office.tr
        try:
            number = parse_msisdn(msisdn)
        except ValueError:
            raise WrongUsage(tr("{text} 不是 11 位的手机号码", text=msisdn)) from None
        shown = group_msisdn(number)
        try:
            withdraw_number(office.shop.database, number, office.shop.now())
        except NumberUnknown:
            raise Problem(tr("库中没有号码 {number}。", number=shown)) from None
        except NumberWithdrawn:
            print(tr("号码 {number} 早已下架。", number=shown))
            return DONE
        except NumberClaimed as fault:
            state = number_state(tr, fault.state)
            raise Problem(tr("号码 {number} {state}，不能下架。", number=shown, state=state)) from None
        print(tr("号码 {number} 已下架。", number=shown))
    return DONE
