#!/usr/bin/env python3
"""Unpacks the layers of an image archive. Usage: unpack.py ARCHIVE FOLDER CONFIG_FILE"""
import io
import json
import sys
import tarfile

archive, folder, config = sys.argv[1:]
with tarfile.open(archive) as image:

    def blob(digest):
        return image.extractfile("blobs/" + digest.replace(":", "/")).read()

    (entry,) = json.load(image.extractfile("index.json"))["manifests"]
    manifest = json.loads(blob(entry["digest"]))
    with open(config, "wb") as file:
        file.write(blob(manifest["config"]["digest"]))
    for layer in manifest["layers"]:
        with tarfile.open(fileobj=io.BytesIO(blob(layer["digest"]))) as files:
            files.extractall(folder)
