"""``igmfat import-fhir``: a FHIR R4 Bundle becomes a case file."""

from pathlib import Path

import click

from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.language import _
from igmfat_nb.plausibility import AGE_YEARS


@click.command("import-fhir")
@click.argument("bundle", metavar="BUNDLE.json", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=_("Case file to write.")
)
@click.option("--subject", default="FHIR-1", show_default=True, help=_("Pseudonym of the case."))
@click.option("--age", help=_("Age in years, if the bundle has no full birth date."))
@click.option(
    "--sex", type=click.Choice(["female", "male"]), help=_("Sex, if the bundle does not state it.")
)
@click.option(
    "--product", "products", multiple=True, help=_("Code or name of the product at this site.")
)
@json_option
@refusing
def import_fhir(
    bundle: Path,
    out: Path,
    subject: str,
    age: str | None,
    sex: str | None,
    products: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read IgM, weight, height, haematocrit and doses of one patient from a FHIR R4 Bundle.

    LOINC 2472-9, 29463-7, 8302-2, 4544-3 or 20570-8; units mg/dL or g/L, kg,
    cm, %. Administrations of the product, in mL with a period or a rate in mL/h,
    become doses. Names, identifiers and the birth date are dropped; time zero is the
    first titre.
    """
    from igmfat_nb.case import case_text
    from igmfat_nb.case.fhir import MOST_BYTES, import_bundle
    from igmfat_nb.files import read_whole, write_whole

    age_years = None if age is None else AGE_YEARS.parse(age)
    content = read_whole(bundle, MOST_BYTES)
    imported = import_bundle(
        content, subject=subject, age_years=age_years, sex=sex, products=products
    )
    write_whole(out, case_text(imported.case))
    if as_json:
        said = {name: getattr(imported, name) for name in ("used", "ignored", "missing")}
        print_json({"subject": subject, "case": str(out)} | said)
        return
    titles = {
        "used": (_("Used"), imported.used),
        "ignored": (_("Ignored"), imported.ignored),
        "missing": (_("Missing"), imported.missing),
    }
    for title, lines in titles.values():
        click.echo(f"{title}:")
        click.echo("\n".join(f"  {line}" for line in lines or [_("nothing")]))
