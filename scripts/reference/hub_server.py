"""A server on the loopback address that behaves like the Hugging Face Hub for one model.

Answers what huggingface_hub 2.4.0 and vit ask: the model's revision, its tree, and its files, of which
large ones are redirected to another port, as the Hub does to its CDN.
"""

import hashlib
import http.server
import json
import pathlib
import threading
import urllib.parse

COMMIT = "c0ffee11" * 5


class Model:
    def __init__(self, name: str, folder: pathlib.Path):
        self.name = name
        self.files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def is_large(self, name: str) -> bool:
        return name.endswith((".safetensors", ".bin"))

    def git_hash(self, content: bytes) -> str:
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def hash(self, name: str) -> str:
        content = self.files[name]
        return hashlib.sha256(content).hexdigest() if self.is_large(name) else self.git_hash(content)


def handler(model: Model, log: list, content_port: int | None):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self):
            self.answer()

        def do_GET(self):
            self.answer()

        def answer(self):
            log.append((self.command, self.path, self.headers.get("Authorization"), content_port is None))
            path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
            if content_port is None:
                return self.send_content(model.files[path.rsplit("/", 1)[1]], {})
            if path.startswith(f"/api/models/{model.name}/tree/"):
                return self.send_json([
                    {"type": "file", "path": name, "size": len(content), "oid": model.git_hash(content)}
                    | ({"lfs": {"oid": model.hash(name), "size": len(content), "pointerSize": 130}}
                       if model.is_large(name) else {})
                    for name, content in model.files.items()])
            if path.startswith(f"/api/models/{model.name}"):
                return self.send_json({
                    "_id": "1", "id": model.name, "sha": COMMIT,
                    "siblings": [
                        {"rfilename": name, "size": len(content), "blobId": model.git_hash(content)}
                        | ({"lfs": {"sha256": model.hash(name), "size": len(content), "pointerSize": 130}}
                           if model.is_large(name) else {})
                        for name, content in model.files.items()]})
            prefix = f"/{model.name}/resolve/"
            if not path.startswith(prefix):
                return self.send(404, b"", {"X-Error-Code": "RepoNotFound"})
            revision, _, name = path[len(prefix):].partition("/")
            if revision not in ("main", COMMIT):
                return self.send(404, b"", {"X-Error-Code": "RevisionNotFound"})
            if name not in model.files:
                return self.send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
            content = model.files[name]
            if model.is_large(name):
                return self.send(302, b"", {
                    "X-Repo-Commit": COMMIT, "X-Linked-Size": str(len(content)),
                    "X-Linked-ETag": f'"{model.hash(name)}"',
                    "Location": f"http://127.0.0.1:{content_port}/content/{name}"})
            self.send_content(content, {"X-Repo-Commit": COMMIT, "ETag": f'"{model.hash(name)}"'})

        def send_content(self, content: bytes, headers: dict):
            requested = self.headers.get("Range", "")
            if requested.startswith("bytes="):
                start = int(requested[len("bytes="):].split("-")[0])
                headers = headers | {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
                return self.send(206, content[start:], headers)
            self.send(200, content, headers)

        def send_json(self, value):
            self.send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def send(self, status: int, body: bytes, headers: dict):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


class Server:
    """Serves until it is closed; `log` holds (method, path, authorization, is content) of each request."""

    def __init__(self, model: Model):
        self.log: list = []
        self.content = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(model, self.log, None))
        self.hub = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), handler(model, self.log, self.content.server_port))
        for server in (self.content, self.hub):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.hub.server_port}"

    def close(self):
        self.hub.shutdown()
        self.content.shutdown()
