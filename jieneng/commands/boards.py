"""Write, check and publish the Grafana files of the boards."""

from pathlib import Path
from typing import Annotated

import typer

from energy.errors import ConfigError
from energy.text import Text
from jieneng.command import Command, settings_of, tell

GENERATED = Path(__file__).parent.parent.parent / "dashboards" / "generated"

app = typer.Typer(
    help="Grafana files of the boards. Example: jieneng boards write", no_args_is_help=True
)
Folder = Annotated[Path, typer.Option(help="Folder of the generated files.")]


@app.command("write")
def write(folder: Folder = GENERATED) -> None:
    """Write the dashboards as JSON.

    Example: jieneng boards write
    """
    from dashboards.grafana import board_files

    folder.mkdir(parents=True, exist_ok=True)
    files = board_files()
    for stale in set(folder.glob("*.json")) - {folder / name for name in files}:
        stale.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        path, size = folder / name, len(text.encode())
        tell(Text(f"{path}   {size} 字节", f"{path}   {size} bytes"))


@app.command("check")
def check(folder: Folder = GENERATED) -> None:
    """See whether the files on disk are what the definitions say; exit 1 if not.

    Example: jieneng boards check
    """
    from dashboards.grafana import board_files

    files = board_files()
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    stale = sorted(name for name in files | present if files.get(name) != present.get(name))
    if stale:
        tell(
            Text(
                f"已过时：{'、'.join(stale)}。请重新生成：jieneng boards write",
                f"Stale: {', '.join(stale)}. Write them anew: jieneng boards write",
            ),
            err=True,
        )
        raise typer.Exit(1)
    count = len(files)
    tell(
        Text(
            f"{count} 个看板文件与定义一致。",
            f"{count} board files are what their definitions say.",
        )
    )


@app.command("publish")
def publish(context: typer.Context) -> None:
    """Publish the boards to the Grafana of JIENENG_GRAFANA_URL; repeating it changes nothing.

    Example: JIENENG_GRAFANA_URL=http://localhost:3000 jieneng boards publish
    """
    from dashboards.publish import publish as publish_boards

    settings = settings_of(context)
    token = settings.grafana_token.get_secret_value()
    if not settings.grafana_url or not token:
        raise ConfigError(
            Text(
                "boards publish 需要 JIENENG_GRAFANA_URL 和 JIENENG_GRAFANA_TOKEN。",
                "boards publish needs JIENENG_GRAFANA_URL and JIENENG_GRAFANA_TOKEN.",
            )
        )
    for line in publish_boards(url=settings.grafana_url, token=token):
        typer.echo(line)


COMMAND = Command(group=app, rank=35)
