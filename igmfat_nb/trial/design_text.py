"""A design as the text of a file or of a link, and back."""

import base64
import binascii
import json
import zlib
from typing import Any

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import in_signs
from igmfat_nb.trial.design import Design, design_of
from igmfat_nb.yaml_file import MOST_BYTES, yaml_document


def design_yaml(design: Design) -> str:
    """Every choice of a design as a file that ``igmfat trial`` reads."""
    import yaml

    text: str = yaml.safe_dump(_document(design), sort_keys=False, allow_unicode=True)
    return text


def design_of_yaml(content: bytes, name: str) -> Design:
    """Read an opened file; ``name`` is what a refusal calls it.

    Raises
    ------
    IgmFatError
        One sentence, if it is no design.
    """
    if len(content) > MOST_BYTES:
        message = _("{file} is larger than {most} bytes, the most that is read.")
        raise UnreadableInput(message.format(file=name, most=in_signs(f"{MOST_BYTES:,}")))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput(_("{file} is not UTF-8 text.").format(file=name)) from error
    return design_of(yaml_document(text, name))


def design_link(design: Design, replicates: int, seed: int) -> str:
    """A design and its run, short enough for an address: what is usual is left out."""
    document = design.model_dump(mode="json", exclude_defaults=True)
    whole = {"design": _with_models(design, document), "replicates": replicates, "seed": seed}
    packed = zlib.compress(json.dumps(whole, separators=(",", ":")).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def design_of_link(text: str) -> tuple[Design, int, int]:
    """Design, replicates and seed of a link.

    Raises
    ------
    IgmFatError
        One sentence, if the link is damaged or holds no design.
    """
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        reader = zlib.decompressobj()
        unpacked = reader.decompress(packed, MOST_BYTES)
        whole = json.loads(unpacked if reader.eof else b"")
        parts = whole["design"], whole["replicates"], whole["seed"]
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError) as error:
        raise UnreadableInput(_("The link is damaged; it holds no design.")) from error
    document, replicates, seed = parts
    if type(replicates) is not int or type(seed) is not int:
        raise UnreadableInput(_("The link is damaged; it holds no design."))
    return design_of(document), replicates, seed


def _document(design: Design) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(design.model_dump_json())
    document["belief"] = {k: v for k, v in document["belief"].items() if v is not None}
    if not document["grid"]:
        del document["grid"]
    return document


def _with_models(design: Design, document: dict[str, Any]) -> dict[str, Any]:
    """The endpoint with its model named: a default that tells one kind from the other."""
    if "endpoint" in document:
        document["endpoint"]["model"] = design.endpoint.model
    return document
