"""What a running Counterpose is made of, as CycloneDX, and under which licences.

    python .ci/sbom.py FILE        write the SBOM: every package that is needed to run, and both bundled models
    python .ci/sbom.py --licences  print a table; exit status 1 where a package does not say its licence

cyclonedx-py describes the environment. This keeps of it what Counterpose needs to run, without what tests it, and adds
the models' files, which no package manager knows.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from models.embedding import BUNDLED, BUNDLED_PACKAGE, BUNDLED_SHA256
from models.files import WEIGHTS, sums
from models.relation import BUNDLED as CLASSIFIER
from models.relation import BUNDLED_NAME

ROOT = Path(__file__).parent.parent
# Packages whose metadata name no licence in a form that is read by machine: what their own files say.
SAID = {
    "huey": "MIT",
    "igraph": "GPL-2.0-or-later",
    "transformers": "Apache-2.0",
}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(str(__doc__))
    bom = described()
    if sys.argv[1] == "--licences":
        table = sorted((licences(one) or "not said", one["name"], one["version"]) for one in bom["components"])
        for licence, name, version in table:
            print(f"{name:<28}{version:<16}{licence}")
        sys.exit(any(licence == "not said" for licence, _, _ in table))
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bom, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{path}: {len(bom['components'])} components")


def described() -> dict[str, Any]:
    """The SBOM of what is needed to run."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", "pyproject.toml"]
    command += ["--output-reproducible", sys.executable]
    bom = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    wanted = needed()
    kept = {one["bom-ref"]: one for one in bom["components"] if canonicalize_name(one["name"]) in wanted}
    for one in kept.values():
        said = SAID.get(canonicalize_name(one["name"]))
        if said and not one.get("licenses"):
            one["licenses"] = [{"expression": said}]
    root = bom["metadata"]["component"]["bom-ref"]
    for one in bom["dependencies"]:
        one["dependsOn"] = [ref for ref in one.get("dependsOn", ()) if ref in kept]
    bom["dependencies"] = [one for one in bom["dependencies"] if one["ref"] in {root, *kept}]
    bom["components"] = [*kept.values(), *models()]
    return dict(bom)


def needed() -> set[str]:
    """The canonical names of all that Counterpose needs to run here, and of what these need."""
    found: set[str] = set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    asked = set(map(str, waiting))
    while waiting:
        one = waiting.pop()
        found.add(canonicalize_name(one.name))
        for text in distribution(one.name).requires or ():
            further = Requirement(text)
            extras = one.extras or {""}
            if further.marker is not None and not any(further.marker.evaluate({"extra": extra}) for extra in extras):
                continue
            if str(further) not in asked:
                asked.add(str(further))
                waiting.append(further)
    return found


def models() -> list[dict[str, Any]]:
    """Both bundled models, each file with its hash, which is demanded again when it is loaded."""
    return [
        _model(BUNDLED, {"id": "Apache-2.0"}, f"in the package {BUNDLED_PACKAGE}", BUNDLED_SHA256),
        _model(BUNDLED_NAME, {"name": "models/weights/README.md"}, "trained by this project", sums(CLASSIFIER)),
    ]


def _model(name: str, licence: dict[str, str], where: str, files: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{name}",
        "name": name,
        "version": files[WEIGHTS][:12],
        "description": where,
        "licenses": [{"license": licence}],
        "components": [
            {
                "type": "file",
                "bom-ref": f"model:{name}:{file}",
                "name": file,
                "hashes": [{"alg": "SHA-256", "content": sha256}],
            }
            for file, sha256 in sorted(files.items())
        ],
    }


def licences(component: dict[str, Any]) -> str:
    """What a component says of its licence: SPDX where it has that, else its classifiers."""
    said = component.get("licenses", ())
    found = [one.get("expression") or one["license"].get("id") or one["license"].get("name") for one in said]
    spdx = [one for one in found if not one.startswith("License ::")]
    return " | ".join(spdx or [one.rpartition(" :: ")[2] for one in found])


if __name__ == "__main__":
    main()
