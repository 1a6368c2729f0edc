#!/usr/bin/env python3
"""A registry on loopback with one image without files, as the base of images that are built where no other registry can be reached.

Usage: registry.py PORT_FILE: writes the port that it listens on into the file, and serves base:1 until it is killed.
"""
import gzip
import hashlib
import http.server
import io
import json
import sys
import tarfile


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as layer:
    entry = tarfile.TarInfo("tmp")
    entry.type, entry.mode = tarfile.DIRTYPE, 0o1777
    layer.addfile(entry)
packed = gzip.compress(archive.getvalue(), mtime=0)
config = json.dumps({
    "architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]},
    "rootfs": {"type": "layers", "diff_ids": [digest(archive.getvalue())]}, "history": [{"created_by": "base"}],
}).encode()
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
manifest = json.dumps({
    "schemaVersion": 2, "mediaType": MANIFEST,
    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": len(config)},
    "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest(packed), "size": len(packed)}],
}).encode()
blobs = {digest(content): content for content in (config, packed, manifest)}


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.rstrip("/").split("/")[-1]
        content = b"{}" if self.path.rstrip("/") == "/v2" else manifest if name == "1" else blobs.get(name)
        self.send_response(200 if content is not None else 404)
        if content is not None:
            self.send_header("Content-Type", MANIFEST if content is manifest else "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Docker-Content-Digest", digest(content))
        self.end_headers()
        if content is not None and self.command == "GET":
            self.wfile.write(content)

    do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
with open(sys.argv[1], "w") as file:
    file.write(str(server.server_port))
server.serve_forever()
