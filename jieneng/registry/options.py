"""Options of the commands that import registry and reference data."""

from typing import Annotated

import typer

Restating = Annotated[
    bool, typer.Option("--restating", help="Also what changes closed periods, to be restated.")
]
DropAdopted = Annotated[
    bool,
    typer.Option(
        "--drop-adopted",
        help="Let go of channels adopted and events entered that are not in the files.",
    ),
]
Anyway = Annotated[
    bool,
    typer.Option(
        "--anyway", help="Also factors far from the shipped ones, and without tariffs in use."
    ),
]
