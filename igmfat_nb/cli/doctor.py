"""``igmfat doctor``: whether this computer is fit for the package."""

import json

import click

from igmfat_nb.cli.options import json_option, kernels_option
from igmfat_nb.language import _

UNFIT = 1


@click.command()
@kernels_option
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check versions, fonts, browser, port, disk, known values and seats; 1 if a check failed."""
    from igmfat_nb.server.doctor import examine, is_fit, record

    checks = examine()
    if as_json:
        click.echo(json.dumps(record(checks), ensure_ascii=False))
    else:
        words = {"ok": _("ok"), "warning": _("warning"), "failed": _("failed")}
        width = max(map(len, words.values())) + 1
        for check in checks:
            status = words[check.status].ljust(width)
            click.echo(f"{_(check.name):<10} {status} {check.detail}")
    ctx.exit(0 if is_fit(checks) else UNFIT)
