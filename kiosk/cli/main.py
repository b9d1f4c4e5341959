"""All commands but `kiosk run`, which starts without what is needed here."""

from collections.abc import Sequence
from typing import Annotated

import typer

from kiosk.cli import catalogue, database, messages, numbers, orders, settings, staff_pin, working
from kiosk.cli.doctor.command import doctor
from kiosk.cli.ending import DONE, WRONG_USAGE, language_in_force, tell
from kiosk.locale import Translator


def _commands() -> typer.Typer:
    app = typer.Typer(
        name="kiosk",
        help="The self-service terminal of a mobile carrier's shop. `kiosk` alone is `kiosk run`.",
        epilog="Exit status: 0 done, 1 a problem found, 2 wrong usage. Settings: docs/configuration.md.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_run_unless_told)
    app.command("run")(_run)
    app.command("worker")(working.worker)
    app.command("web")(working.web)
    app.command("demo")(database.demo)
    app.command("doctor")(doctor)
    app.command("staff-pin")(staff_pin.staff_pin)
    for name, group in (
        ("numbers", numbers.commands),
        ("catalogue", catalogue.commands),
        ("orders", orders.order_commands),
        ("messages", messages.message_commands),
        ("db", database.commands),
        ("config", settings.commands),
    ):
        app.add_typer(group, name=name)
    return app


def _run_unless_told(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> int:
    if version:
        from importlib.metadata import version as version_of  # noqa: PLC0415  # only this needs it

        print(f"kiosk {version_of('carrier-kiosk')}")
        raise typer.Exit(DONE)
    return DONE if context.invoked_subcommand else _run()


def _run() -> int:
    """Run the terminal."""
    from kiosk.cli.run import run  # noqa: PLC0415  # it must clean the environment before anything else

    return run()


def dispatch(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit status."""
    try:
        status = _commands()(list(arguments), prog_name="kiosk", standalone_mode=False)
    except typer.TyperException as fault:
        tr = Translator(language_in_force())
        message = fault.format_message() if hasattr(fault, "format_message") else str(fault)
        return tell(tr("用法不对：{message} 参见 {command}。", message=message, command="kiosk --help"), WRONG_USAGE)
    except SystemExit:
        # Typer's own answer to a reader that has gone, and to nothing else in this mode.
        raise BrokenPipeError from None
    return status if isinstance(status, int) else DONE
