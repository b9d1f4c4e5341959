"""`kiosk config`: which settings are in force, and where each comes from."""

from typing import Annotated

import typer

from kiosk.cli.ending import DONE
from kiosk.cli.output import print_json, print_line, print_table
from kiosk.config import NAMES, Origin, read_settings
from kiosk.locale import Translator

commands = typer.Typer(help="Settings.")


@commands.callback()
def _group() -> None:
    """Settings."""


@commands.command("show")
def show(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> int:
    """Show every setting with its value and origin; passwords stay hidden."""
    configuration = read_settings()
    settings, origins = configuration.settings, configuration.origins
    in_force = {name: settings.shown(name) for name in NAMES}
    if as_json:
        print_json(
            {
                "file": None if configuration.file is None else str(configuration.file),
                "settings": {name: {"value": value, "origin": origins[name].value} for name, value in in_force.items()},
                "unknown": list(configuration.unknown),
            }
        )
        return DONE
    tr = Translator(settings.language)
    words = {
        Origin.DEFAULT: tr("默认"),
        Origin.FILE: str(configuration.file),
        Origin.SECRET: str(settings.secrets),
        Origin.ENVIRONMENT: tr("环境变量"),
    }
    print_table(
        (tr("设置"), tr("值"), tr("来源")),
        [(name, _shown(value), words[origins[name]]) for name, value in in_force.items()],
    )
    for name in configuration.unknown:
        print_line(tr("没有名为 {name} 的设置，它没有作用。", name=name))
    return DONE


def _shown(value: object) -> str:
    match value:
        case None | "" | []:
            return "-"
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(value)
    return str(value)
