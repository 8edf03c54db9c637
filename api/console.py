"""What the console's own pages share: a frame, a title, and the fields of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.given import Given
from api.language import chosen_language, other_address, remember_language
from api.phrases import phrases
from dashboards.grafana import LANGUAGES
from dashboards.units import MISSING, local
from energy.text import Text

Form = Mapping[str, list[str]]
"""Fields of a form, as api/same_origin.py gives them."""


@dataclass(frozen=True)
class Titled:
    """What a page is called."""

    title: Text


def page(
    template: str,
    request: Request,
    here: Given,
    *,
    title: Text,
    zone: ZoneInfo,
    status: int = 200,
    **details: Any,  # noqa: ANN401 - values of a template
) -> HTMLResponse:
    """Return a page of the console.

    Args:
        template: Its file in api/templates.
        request: What it answers.
        here: What the application was given.
        title: What it is called.
        zone: Wall clock of its times.
        status: Of the answer.
        **details: What the template names beside.
    """
    language = chosen_language(request, here.language)
    text = here.templates.get_template(template).render(
        **details,
        board=Titled(title),
        language=language,
        other=next(entry for entry in LANGUAGES if entry != language),
        other_address=other_address(request, language),
        say=phrases(language),
        as_of=f"{local(here.now(), zone.key):%Y-%m-%d %H:%M}",
        missing=MISSING,
    )
    response = HTMLResponse(text, status_code=status)
    remember_language(response, request)
    return response


def first(form: Form, name: str) -> str:
    """Return a field of a form, the first where there are several; "" where there is none."""
    return form.get(name, [""])[0]
