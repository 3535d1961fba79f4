"""Runs in the environment of the validators: `python validating.py FOLDER` prints what they object to, as JSON."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path

import mlcroissant
import rocrate
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from rocrate_validator import models, services
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.3/context"
PROFILE = "ro-crate-1.3"


class Packaged(HTTPAdapter):  # type: ignore[misc]  # its types are in the environment of the validators alone
    """Answers with the context that the package `rocrate` ships."""

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        """The response, without a network."""
        content = io.BytesIO((Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes())
        head = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(content, head, status=200, preload_content=False))


def of_ro_crate(folder: Path) -> list[str]:
    """What the validator of RO-Crates objects to, of all that is required."""
    with tempfile.TemporaryDirectory() as scratch:
        cache = f"{scratch}/http"
        with CachedSession(cache, backend="sqlite", expire_after=-1) as session:
            session.mount(CONTEXT, Packaged())
            session.get(CONTEXT, headers={"Accept": "application/ld+json, application/json"})
        result = services.validate(
            services.ValidationSettings(
                rocrate_uri=folder,
                profile_identifier=PROFILE,
                requirement_severity=models.Severity.REQUIRED,
                offline=True,
                cache_path=cache,
            )
        )
    return [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]


def of_croissant(path: Path) -> list[str]:
    """What the validator of Croissant objects to, errors and warnings."""
    try:
        found = mlcroissant.Dataset(path).metadata.ctx.issues
    except mlcroissant.ValidationError as error:
        return str(error).splitlines()
    return sorted(map(str, found.errors | found.warnings))


if __name__ == "__main__":
    results = Path(sys.argv[1])
    found = {
        "ro-crate-metadata.json": of_ro_crate(results),
        "croissant.json": of_croissant(results / "croissant.json"),
    }
    sys.stdout.write(json.dumps(found) + "\n")
