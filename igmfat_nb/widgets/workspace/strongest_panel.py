"""The three assumptions that move this patient's week most, each with its source entry."""

import asyncio

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.sensitivity.indices import Bar
from igmfat_nb.sensitivity.readings_beside import VOLUME, strongest
from igmfat_nb.sensitivity.values import options_of
from igmfat_nb.sensitivity.words import STUDY, source_address
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.controls import html
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.readings_panel import patient_model

AFTER_S = 0.3  # without another stroke: the doses come first
LINES = """<section class="ig-strongest"><h3>{{ title }}</h3><dl class="ig-lines">\
{% for name, tried, address, value in lines %}<div><dt><a href="{{ address }}">{{ name }}</a> \
{{ tried }}</dt><dd>{{ value }}</dd></div>{% endfor %}</dl>\
<a href="{{ study }}">{{ more }}</a></section>"""


def strongest_panel(work: Workspace) -> ipw.HTML:
    """Empty as soon as something changes; filled once the reader's hands rest."""
    shown = html("ig-strongest-lines")
    waiting: list[asyncio.TimerHandle] = []

    def fill(outcome: Outcome) -> None:
        if outcome is work.explorer.outcome:
            shown.value = strongest_markup(outcome)

    def show(outcome: Outcome) -> None:
        shown.value = ""
        comes = patient_model(outcome) is not None
        (shown.add_class if comes else shown.remove_class)("ig-to-come")  # keeps its room
        for handle in waiting:
            handle.cancel()
        try:
            waiting[:] = [asyncio.get_running_loop().call_later(AFTER_S, fill, outcome)]
        except RuntimeError:  # no loop, so nobody types: a notebook run without a screen
            fill(outcome)

    follow(work.explorer, show)
    return shown


def strongest_markup(outcome: Outcome) -> str:
    """Three lines; nothing while there is no dose."""
    asked = patient_model(outcome)
    if asked is None:
        return ""
    bars = strongest(*asked)
    title = _("What moves the planned {volume} mL most")
    return filled(
        LINES,
        title=title.format(volume=number_text(bars[0].base[VOLUME])),
        lines=[_line(bar) for bar in bars],
        study=STUDY,
        more=_("All assumptions"),
    )


def _line(bar: Bar) -> tuple[str, str, str, str]:
    found, one = (*bar.results[VOLUME], bar.base[VOLUME]), bar.explored
    tried = _("{low}–{high} {unit}").format(
        low=number_text(one.low, 2), high=number_text(one.high, 2), unit=one.unit and _(one.unit)
    )
    if one.spread == "choice":
        tried = _("{count} options").format(count=len(options_of(one)))
    value = f"{number_text(min(found))}–{number_text(max(found))} mL"
    return _(one.title), tried.strip(), source_address(one), value
