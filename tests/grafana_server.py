"""A server that keeps the documented rules of Grafana's HTTP API for folders and dashboards."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any]]


@dataclass
class Grafana:
    """What the server holds.

    Attributes:
        url: Its address.
        token: The token it wants.
        folders: uid to title.
        boards: uid to the dashboard, with id, version and folderUid.
        is_viewer: Whether the token may only read.
    """

    token: str
    url: str = ""
    folders: dict[str, str] = field(default_factory=dict)
    boards: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_viewer: bool = False

    def get(self, path: str) -> Answer:
        uid = path.removeprefix("/api/folders/")
        if uid in self.folders:
            return 200, {"uid": uid, "title": self.folders[uid]}
        return 404, {"message": "folder not found", "status": "not-found"}

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        if self.is_viewer:
            return 403, {"message": "Permission denied"}
        if path == "/api/folders":
            if body.get("uid") in self.folders:
                return 412, {"message": "a folder with the same uid already exists"}
            self.folders[body["uid"]] = body["title"]
            return 200, {"uid": body["uid"], "title": body["title"]}
        if path == "/api/dashboards/db":
            return self._save(body)
        return 404, {"message": "Not found"}

    def _save(self, body: dict[str, Any]) -> Answer:
        wanted = body["dashboard"]
        uid = wanted.get("uid", "")
        refusal = self._refusal(body, wanted, uid)
        if refusal:
            return refusal
        version = self.boards.get(uid, {"version": 0})["version"] + 1
        number = self.boards.get(uid, {"id": len(self.boards) + 1})["id"]
        kept = {**wanted, "id": number, "version": version, "folderUid": body["folderUid"]}
        self.boards[uid] = kept
        return 200, {"id": number, "uid": uid, "status": "success", "version": version}

    def _refusal(self, body: dict[str, Any], wanted: dict[str, Any], uid: str) -> Answer | None:
        if not wanted.get("title"):
            return 400, {"message": "Dashboard title cannot be empty"}
        if len(uid) > 40 or not set(uid) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_"):
            return 400, {"message": "uid contains illegal characters or is too long"}
        known = {board["id"] for board in self.boards.values()}
        if wanted.get("id") is not None and wanted["id"] not in known:
            return 404, {"message": "Dashboard not found", "status": "not-found"}
        return self._conflict(body, wanted, uid)

    def _conflict(self, body: dict[str, Any], wanted: dict[str, Any], uid: str) -> Answer | None:
        if body.get("folderUid") not in self.folders:
            return 400, {"message": "folder not found"}
        if body.get("overwrite"):
            return None
        if uid in self.boards:
            return 412, {"message": "changed by someone else", "status": "version-mismatch"}
        titles = {board["title"] for board in self.boards.values()}
        if wanted["title"] in titles:
            return 412, {"message": "the same name exists", "status": "name-exists"}
        return None


@contextmanager
def grafana(token: str) -> Iterator[Grafana]:
    """Run the server on a free port until the block ends."""
    held = Grafana(token)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(held.get(self.path) if self._knows() else _UNAUTHORIZED)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._reply(held.post(self.path, body) if self._knows() else _UNAUTHORIZED)

        def _knows(self) -> bool:
            return self.headers.get("Authorization") == f"Bearer {held.token}"

        def _reply(self, answer: Answer) -> None:
            status, body = answer
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments: object) -> None:
            del arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield held
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_UNAUTHORIZED: Answer = (401, {"message": "Invalid API key"})
