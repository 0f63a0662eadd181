"""Pages made with templates that are compiled once, and not for every visitor."""

from typing import Any

from igmfat_nb.reports.prose import in_their_words

#: By template, kept as long as the server; only its one loop asks.
_environments: dict[str, Any] = {}


def with_prose_in_words(_request: object, notebook: Any, **_told: Any) -> Any:
    """Give a notebook its prose in the language of the context; Voilà's hook before a kernel."""
    return in_their_words(notebook)


def with_compiled_templates(renderer: Any, frame: dict[str, Any]) -> Any:
    """Let a renderer of Voilà's use what the first one compiled, within our frame.

    Each makes an exporter of its own, and each exporter a Jinja environment: two thirds of
    the server's work for a page were to read and compile the same templates again (no issue
    of Voilà's or nbconvert's found). Where they are kept is private: kept elsewhere, they would
    only be compiled anew.
    """
    initialize = renderer.initialize

    async def initialize_once(**kwargs: Any) -> None:
        await initialize(**kwargs)
        renderer.resources["ig"] = frame
        exporter = renderer.exporter
        exporter.enable_async = True  # changed later, it would throw the environment away
        known = _environments.get(exporter.template_name)
        if known is not None:
            exporter._environment_cached = known
        _environments[exporter.template_name] = exporter.environment

    renderer.initialize = initialize_once
    return renderer
