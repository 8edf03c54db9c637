"""The language of a request, and how a browser remembers it."""

from urllib.parse import urlencode

from fastapi import Request, Response

from dashboards.grafana import LANGUAGES

COOKIE = "lang"
COOKIE_SECONDS = 365 * 86_400


def chosen_language(request: Request, otherwise: str) -> str:
    """Return the language of a request: asked for, remembered, or the one in force."""
    asked = request.query_params.get(COOKIE, request.cookies.get(COOKIE, ""))
    return asked if asked in LANGUAGES else otherwise


def remember_language(response: Response, request: Request) -> None:
    """Let the browser remember the language that an address asked for."""
    asked = request.query_params.get(COOKIE, "")
    if asked in LANGUAGES:
        response.set_cookie(COOKIE, asked, max_age=COOKIE_SECONDS, httponly=True, samesite="lax")


def other_address(request: Request, language: str) -> str:
    """Return the address of the same page, all it asks for included, in the other language."""
    other = next(entry for entry in LANGUAGES if entry != language)
    asked = [(name, said) for name, said in request.query_params.multi_items() if name != COOKIE]
    return f"{request.url.path}?{urlencode([*asked, (COOKIE, other)])}"
