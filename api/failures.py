"""What went wrong, as a sentence: in JSON for machines, on a page for a browser."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from api.given import given
from api.language import chosen_language
from api.phrases import phrases
from energy.errors import ConfigError, JienengError, UnreachableError


def add_failures(app: FastAPI) -> None:
    """Let the application answer our errors, and the framework's, as ``{"error": sentence}``.

    A browser, which asks for HTML, gets the sentence on a page.
    """
    app.add_exception_handler(JienengError, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _refused)


def _answer(request: Request, status: int, sentence: str) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": sentence}, status_code=status)
    here = given(request)
    language = chosen_language(request, here.language)
    page = here.templates.get_template("failure.html").render(
        language=language, say=phrases(language), sentence=sentence
    )
    return HTMLResponse(page, status_code=status)


def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, ConfigError):
        return _answer(request, 400, str(error))
    return _answer(request, 503 if isinstance(error, UnreachableError) else 500, str(error))


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it alone
    problems = (
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
    return _answer(request, 422, f"The request cannot be read. {'; '.join(problems)}.")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it alone
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == "Not Found":
        sentence = f"There is nothing at {request.url.path}. Start at / or /openapi.json."
        return _answer(request, 404, sentence)
    return _answer(request, error.status_code, str(error.detail))
