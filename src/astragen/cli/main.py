"""The command `astragen`: the entry point, and nothing but the way to its commands.

Each command is one file beside this one and loads what is heavy only when it runs, so
that `--help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import click

from astragen import __version__
from astragen.cli.critique import critique
from astragen.cli.doctor import doctor
from astragen.cli.errors import report
from astragen.cli.jobs import jobs
from astragen.cli.key import key
from astragen.cli.keys import keys
from astragen.cli.make import make
from astragen.cli.plan import plan
from astragen.cli.preview import preview
from astragen.cli.revise import revise
from astragen.cli.say import say
from astragen.cli.schema import schema
from astragen.cli.serve import serve
from astragen.cli.sheet import sheet
from astragen.cli.translate import translate
from astragen.cli.voices import voices
from astragen.cli.worker import worker


@click.group(
    invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def astragen(context: click.Context) -> None:
    """A text prompt in, a finished, narrated, cinematic film out. No key, no network.

    \b
    astragen make "A lighthouse keeper befriends a whale"
    astragen plan "Why is the sky blue?" -o sky.json   # write the storyboard, edit it, then:
    astragen make sky.json
    """  # noqa: D301  (\b is click's mark for lines that stay as they are)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


COMMANDS = (
    *(make, plan, revise, translate, critique, sheet, preview, voices, say, doctor, schema, key),
    *(serve, worker, keys, jobs),
)
for command in COMMANDS:
    astragen.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    code = run(arguments)
    gc.freeze()  # what lives goes with the process: looking through all of it once more takes a tenth of a second
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever goes wrong is said in one line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a title that the locale cannot show
    try:
        outcome = astragen.main(arguments, prog_name="astragen", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # (the last line of defence: no traceback reaches a user)
        return report(error)
    return outcome if isinstance(outcome, int) else 0
