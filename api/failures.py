"""What went wrong, as a sentence in the language of the request: in JSON, or on a page."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from api.given import given
from api.language import chosen_language
from api.phrases import phrases
from energy.errors import ClosingError, ConfigError, JienengError, UnreachableError
from energy.text import Text


def add_failures(app: FastAPI) -> None:
    """Let the application answer our errors, and the framework's, as ``{"error": sentence}``.

    A browser, which asks for HTML, gets the sentence on a page.
    """
    app.add_exception_handler(JienengError, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _refused)


def _answer(request: Request, status: int, problem: Text) -> Response:
    here = given(request)
    language = chosen_language(request, here.language)
    sentence = problem.get(language)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": sentence}, status_code=status)
    page = here.templates.get_template("failure.html").render(
        language=language, say=phrases(language), sentence=sentence
    )
    return HTMLResponse(page, status_code=status)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, JienengError)  # noqa: S101  registered for it alone
    if isinstance(error, ConfigError | ClosingError):
        return _answer(request, 400, error.text)
    return _answer(request, 503 if isinstance(error, UnreachableError) else 500, error.text)


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it alone
    told = "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
    problem = Text(f"请求无法读取。{told}。", f"The request cannot be read. {told}.")
    return _answer(request, 422, problem)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it alone
    path, detail = request.url.path, error.detail
    problem: object = detail
    if error.status_code == HTTPStatus.NOT_FOUND and detail == "Not Found":
        problem = Text(
            f"{path} 没有内容。请从 / 或 /openapi.json 开始。",
            f"There is nothing at {path}. Start at / or /openapi.json.",
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem = Text(
            f"{path} 不接受 {request.method}。", f"{path} does not take {request.method}."
        )
    known = problem if isinstance(problem, Text) else Text(detail, detail)
    return _answer(request, error.status_code, known)
