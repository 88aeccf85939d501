#!/bin/sh
# The steps of the Dockerfile, which a test runs without a container engine:
#   image.sh dependencies VENV [TORCH_INDEX]   a virtual environment with all that the lock names, and torch
#   image.sh application VENV                  Counterpose itself, from the tree it is run in; then everything else goes
set -eu
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_QUIET=1 PIP_ROOT_USER_ACTION=ignore

step=$1
case $step in
  dependencies)
    venv=$2 torch_index=${3:-}
    torch=$(sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)
    "${PYTHON:-python3.11}" -m venv "$venv"
    "$venv/bin/python" -m pip install --no-deps --require-hashes --requirement requirements.lock
    "$venv/bin/python" -m pip install ${torch_index:+--index-url "$torch_index"} "$torch"
    ;;
  application)
    venv=$2
    "$venv/bin/python" -m pip install --no-deps --no-build-isolation .
    surplus=$("$venv/bin/python" - <<'PYTHON'
# names all that is installed and that counterpose does not need: the tools of the dev extra and what they brought
from importlib.metadata import distribution, distributions
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

installed = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
kept, ahead = {"pip"}, [("counterpose", "")]
seen = set()
while ahead:
    name, extra = ahead.pop()
    if (name, extra) in seen or name not in installed:
        continue
    seen.add((name, extra))
    kept.add(name)
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            ahead += [(canonicalize_name(needed.name), e) for e in ("", *needed.extras)]
print(*sorted(installed - kept))
PYTHON
    )
    # shellcheck disable=SC2086 # one word a package
    "$venv/bin/python" -m pip uninstall --yes $surplus
    "$venv/bin/python" -m pip check
    "$venv/bin/python" -m pip uninstall --yes pip
    ;;
  *)
    echo "image.sh: unknown step $step" >&2
    exit 2
    ;;
esac
