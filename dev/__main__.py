"""`python3 -m dev COMMAND`: what the Makefile calls."""

import argparse
import importlib
import signal
import sys

from . import bench, checks, console, core, lint, server, translate


def arguments():
    parser = argparse.ArgumentParser(prog="python3 -m dev")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("demo", "serve", "shell"):
        command = commands.add_parser(name)
        command.add_argument("--port", type=int, default=8069)
        command.add_argument("--db", default="sales_demo")
    command = commands.add_parser("test")
    command.add_argument("--select", default="")
    command.add_argument("--keep", action="store_true")
    command = commands.add_parser("test-core")
    command.add_argument("--select", default="")
    commands.add_parser("bench")
    command = commands.add_parser("real")
    command.add_argument("--data", required=True)
    command = commands.add_parser("lint")
    command.add_argument("--fix", action="store_true")
    command.add_argument("--only", choices=lint.TOOLS)
    commands.add_parser("translate")
    commands.add_parser("setup")
    commands.add_parser("clean")
    return parser.parse_args()


def main():
    chosen = arguments()
    match chosen.command:
        case "demo":
            server.demo(chosen.port)
        case "serve":
            server.serve(chosen.db, chosen.port)
        case "shell":
            server.shell(chosen.db)
        case "test":
            checks.test(chosen.select, fresh=not chosen.keep)
        case "test-core":
            core.compare(chosen.select)
        case "bench":
            bench.main()
        case "real":
            # what `make real` needs is no part of starting a demo
            importlib.import_module("dev.real").main(chosen.data)
        case "lint":
            lint.lint(chosen.fix, chosen.only)
        case "translate":
            translate.merge()
        case "setup":
            checks.setup()
        case "clean":
            checks.clean()


if __name__ == "__main__":
    # as Ctrl-C: children end, the cluster is stopped
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except console.Stop as stop:
        message, *hint = stop.args
        console.say()
        print(f"✗ {message}", *(f"  {line}" for line in hint if line), sep="\n", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\n   interrupted; what was half-made is made anew next time", file=sys.stderr)
        sys.exit(130)
