"""The program: `kiosk` and `python -m kiosk`."""

import sys


def main() -> None:
    """Run the command line and leave with its status; `kiosk run` goes its own short way."""
    from kiosk.cli.ending import end_well  # noqa: PLC0415  # so that importing this module costs nothing

    arguments = sys.argv[1:]
    if arguments in ([], ["run"]):
        from kiosk.cli.run import run  # noqa: PLC0415  # the way to the first screen is kept short

        sys.exit(end_well(run))

    def dispatch() -> int:
        from kiosk.cli.main import dispatch  # noqa: PLC0415  # heavy, and not on the way to the first screen

        return dispatch(arguments)

    sys.exit(end_well(dispatch))


if __name__ == "__main__":
    main()
