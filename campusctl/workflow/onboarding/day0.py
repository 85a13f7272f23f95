"""What a new switch must be told at its console before it can be reached: the rest is done by a plan like any other."""

from pathlib import Path

from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.model.secret import TOKEN
from campusctl.ports import SecretSource
from campusctl.render import Renderer


def day0_text(root: Path, school: str, switch: str) -> str:
    """The lines to be pasted, secrets as `<<secret:REF>>`.

    Args:
        root: The workspace.
        school: School id.
        switch: Name of the switch, which the inventory knows.

    Raises:
        RenderError: Its dialect has no such template, or a value cannot stand in its place.
    """
    intent = switch_intent(load_city(root, [school]), school, switch)
    return Renderer(root / "templates").render(intent, "day0")


def with_secrets(text: str, source: SecretSource) -> str:
    """The lines as the switch must get them; they are for a file that only its owner can read.

    Raises:
        SecretError: A secret is missing.
    """
    known = source.resolve(sorted({found[1] for found in TOKEN.finditer(text)}))
    return TOKEN.sub(lambda found: known[found[1]], text)
