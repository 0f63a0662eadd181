"""What ``igmfat sensitivity`` does once a file is named: imported only then."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from igmfat_nb.bedside.readings import DEFAULT, reading_named
from igmfat_nb.case import Case
from igmfat_nb.cli.cases import case_of_file
from igmfat_nb.cli.options import print_json
from igmfat_nb.cli.progress import progress
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.files import make_folder, reason_of, write_whole
from igmfat_nb.language import _
from igmfat_nb.notation import named_values, number_text
from igmfat_nb.protocol import exploration
from igmfat_nb.protocol.exploration import Explored
from igmfat_nb.sensitivity.after_titres import AfterTitres, after_titres
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.study import (
    Study,
    patient_evaluations,
    patient_study,
    trial_evaluations,
    trial_study,
)
from igmfat_nb.sensitivity.trial_model import TrialModel
from igmfat_nb.sensitivity.values import explored_named, explored_of, typed_value
from igmfat_nb.tables.sensitivity import (
    study_lines,
    study_record,
    titres_lines,
    titres_record,
)
from igmfat_nb.trial.compared import with_reading
from igmfat_nb.trial.design import read_design
from igmfat_nb.units import parse_number

_MOST_PRICE = 1000.0


def study_file(
    file: Path,
    reading: str | None,
    changed: Sequence[str],
    tried: Sequence[str],
    prices: Sequence[str],
    numbers: dict[str, int],
    *,
    figure: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Study a case or a design, draw and print it."""
    if numbers["draws"] & (numbers["draws"] - 1) or numbers["draws"] < 2:
        raise ImplausibleInput(_("Expected a power of two of draws, 2 or more."))
    is_design = file.suffix.lower() in (".yaml", ".yml")
    _refuse_unused(is_design)
    later: AfterTitres | None = None
    if is_design:
        study = _of_design(file, reading, changed, tried, numbers, quiet=quiet)
    else:
        case = case_of_file(str(file))
        reading = reading or case.reading
        study = _of_case(case, reading, changed, tried, prices, numbers, quiet=quiet)
        if len(case.titres) > 1 and not (changed or tried):
            rule = reading_named(reading or DEFAULT).rule()
            later = after_titres(case, rule, seed=numbers["seed"])
    if figure is not None:
        _draw(study, figure)
        if later:
            _draw(later.study, figure, "after_titres_")
    if as_json:
        named = {"file": file.name, "seed": numbers["seed"], "reading": reading or DEFAULT}
        after = {"after_titres": titres_record(later)} if later else {}
        print_json(named | study_record(study) | after)
    else:
        click.echo("\n".join(study_lines(study) + (titres_lines(later) if later else [])))


def _refuse_unused(is_design: bool) -> None:
    """What the other kind of file takes is not dropped without a word."""
    asked = click.get_current_context()
    for name in ("draws", "prices") if is_design else ("patients", "workers"):
        if asked.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = {"prices": "price"}.get(name, name)
            kind = _("a design") if is_design else _("a case")
            message = _("--{option} plays no part for {kind}; leave it out.")
            raise ImplausibleInput(message.format(option=option, kind=kind))


def _of_case(
    case: Case,
    reading: str | None,
    changed: Sequence[str],
    tried: Sequence[str],
    prices: Sequence[str],
    numbers: dict[str, int],
    *,
    quiet: bool,
) -> Study:
    model = PatientModel(case.patient(), reading_named(reading or DEFAULT).rule())
    known = explored_of("patient")
    asked = [_price(one) for one in prices]
    only = _tried(tried, known)
    total = patient_evaluations(numbers["draws"])
    with progress(total, _("weeks"), quiet=quiet or only is not None) as bar:
        return patient_study(
            model,
            draws=numbers["draws"],
            seed=numbers["seed"],
            prices=asked or exploration.PRICES.value,
            changed=_changed(changed, known),
            tried=only,
            done=bar.update,
        )


def _price(text: str) -> float:
    price = parse_number(text, _("The price"), low=0, high=_MOST_PRICE)
    if not 0 <= price <= _MOST_PRICE:
        message = _("The price is {price}; expected 0 to {most} h for 100 mL.")
        texts = {"price": number_text(price, 4), "most": number_text(_MOST_PRICE)}
        raise ImplausibleInput(message.format(**texts))
    return price


def _of_design(
    file: Path,
    reading: str | None,
    changed: Sequence[str],
    tried: Sequence[str],
    numbers: dict[str, int],
    *,
    quiet: bool,
) -> Study:
    design = read_design(file)
    if reading is not None:
        design = with_reading(design, reading_named(reading))
    plain = TrialModel(design, numbers["patients"], numbers["seed"], numbers["workers"])
    known, only = plain.known(), _tried(tried, plain.known())
    total = trial_evaluations(plain) if only is None else 1 + sum(map(len, only.values()))
    with progress(total, _("trials"), quiet=quiet) as bar:
        model = TrialModel(plain.design, plain.patients, plain.seed, plain.workers, bar.update)
        return trial_study(model, changed=_changed(changed, known), tried=only)


def _changed(pairs: Sequence[str], known: Sequence[Explored]) -> dict[str, float]:
    return {one.name: typed_value(one, text) for one, text in _pairs(pairs, known)}


def _tried(pairs: Sequence[str], known: Sequence[Explored]) -> dict[str, list[float]] | None:
    found = {
        one.name: [typed_value(one, part) for part in text.split(",")]
        for one, text in _pairs(pairs, known)
    }
    return found or None


def _pairs(pairs: Sequence[str], known: Sequence[Explored]) -> list[tuple[Explored, str]]:
    read = named_values(
        pairs,
        without_name=_("“{pair}” is not of the form NAME=VALUE."),
        twice=_("{name} is given twice."),
    )
    return [(explored_named(name, known), text) for name, text in read.items()]


def _draw(study: Study, folder: Path, before: str = "") -> None:
    from igmfat_nb.figures.sensitivity import sobol_figure, tornado_figure
    from igmfat_nb.figures.static.picture import figure_svg
    from igmfat_nb.sensitivity.words import output_title

    pictures: dict[str, Any] = {}
    for output in study.outputs:
        if study.ranked(output):
            pictures[f"tornado_{output}"] = tornado_figure(study, output)
        if rows := study.indices.get(output):
            pictures[f"sobol_{output}"] = sobol_figure(rows, output)
    try:
        make_folder(folder)
    except OSError as error:
        message = _("{folder} cannot be used ({reason}).")
        reason = reason_of(error)
        raise ImplausibleInput(message.format(folder=folder, reason=reason)) from error
    for name, picture in pictures.items():
        title = output_title(name.split("_", 1)[1])
        write_whole(folder / f"{before}{name}.svg", figure_svg(picture, title=title))
