"""``python -m nx backends`` and ``python -m nx info``; both take ``--json``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from nx import NxError, _report

COMMANDS: Final[dict[str, tuple[str, Callable[[], Any], Callable[[], Iterable[str]]]]] = {
    "backends": (
        "list the backends: where each comes from, its devices, what it computes, what ails it",
        _report.backend_records,
        _report.backend_lines,
    ),
    "info": (
        "tell versions, the default device and what chose it, and the settings in force",
        _report.information,
        _report.information_lines,
    ),
}


def main() -> None:
    """Run one command, or print what there is."""
    parser = argparse.ArgumentParser(
        prog="python -m nx", description="Tell what nx is running on here."
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name, (meaning, _, _) in COMMANDS.items():
        command = commands.add_parser(name, help=meaning, description=f"{meaning.capitalize()}.")
        command.add_argument("--json", action="store_true", help="print JSON, for programs")
    options = parser.parse_args()
    if options.command is None:
        parser.print_help()
        return
    _, records, lines = COMMANDS[options.command]
    try:
        if options.json:
            print(json.dumps(records(), indent=1))
        else:
            print("\n".join(lines()))
    except NxError as e:  # NX_STRICT_PLUGINS=1, and a plugin that fails
        sys.exit(str(e))


if __name__ == "__main__":
    main()
