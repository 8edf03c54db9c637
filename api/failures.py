"""What went wrong, as a sentence in JSON with the right status."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from energy.errors import ConfigError, JienengError, UnreachableError


def add_failures(app: FastAPI) -> None:
    """Let the application answer our errors, and the framework's, as ``{"error": sentence}``."""
    app.add_exception_handler(JienengError, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _refused)


def _answer(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)


def _ours(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, ConfigError):
        return _answer(400, str(error))
    return _answer(503 if isinstance(error, UnreachableError) else 500, str(error))


def _unreadable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it alone
    problems = (
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
    return _answer(422, f"The request cannot be read. {'; '.join(problems)}.")


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it alone
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == "Not Found":
        return _answer(404, f"There is nothing at {request.url.path}. Start at / or /openapi.json.")
    return _answer(error.status_code, str(error.detail))
