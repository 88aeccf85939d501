"""Packaging: what is installed is what the lock names; wheel and image hold all that runs; nothing is inline."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import models
import service
from service.__main__ import commands
from service.config import Config

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SHIPPED = ("models", "service", "templates")
BROUGHT_BY_TORCH = re.compile(r"torch|triton|cuda-|nvidia-")


def tracked(*folders: str) -> list[Path]:
    """The files that are or could be under version control, relative to the root; all where there is no repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = (path for folder in folders or (".",) for path in (ROOT / folder).rglob("*"))
    return [path.relative_to(ROOT) for path in found if path.is_file() and "__pycache__" not in path.parts]


def locked() -> dict[str, tuple[Requirement, list[str]]]:
    """What the lock names: each requirement with its hashes."""
    entries = (ROOT / "requirements.lock").read_text().replace("\\\n", " ").splitlines()
    found = {}
    for entry in (line for line in entries if line.strip() and not line.startswith("#")):
        text, *hashes = entry.split(" --hash=")
        requirement = Requirement(text.strip())
        found[canonicalize_name(requirement.name)] = (requirement, hashes)
    return found


# The installation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", [models, service], ids=lambda package: package.__name__)
def test_the_packages_under_test_are_those_of_the_checkout(package: object) -> None:
    assert Path(str(package.__file__)) == ROOT / package.__name__ / "__init__.py"  # type: ignore[attr-defined]


def test_the_lock_pins_every_package_by_version_and_hash() -> None:
    for requirement, hashes in locked().values():
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value.strip()) for value in hashes), requirement


def test_the_lock_names_no_host_and_nothing_that_torch_brings_by_itself() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()
    assert not [name for name in locked() if BROUGHT_BY_TORCH.match(name)]


def test_the_lock_covers_all_that_the_project_asks_for() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    asked_for = [*PROJECT["project"]["dependencies"], *extras["dev"], *PROJECT["build-system"]["requires"]]
    for requirement in map(Requirement, asked_for):
        if requirement.name == "torch":
            assert str(requirement.specifier).startswith("=="), "torch has no hash, so at least its version is fixed"
            continue
        assert canonicalize_name(requirement.name) in locked(), f"{requirement.name}: run make lock"


def test_what_is_installed_is_what_the_lock_names() -> None:
    installed = {canonicalize_name(found.metadata["Name"]): found.version for found in distributions()}
    for name, (requirement, _hashes) in locked().items():
        if requirement.marker is None or requirement.marker.evaluate():
            assert requirement.specifier.contains(installed.get(name, ""), prereleases=True), (
                f"{name}: run make install"
            )
    unlocked = {name for name in installed if name not in locked() and not BROUGHT_BY_TORCH.match(name)}
    assert unlocked <= {"counterpose", "pip"}


def test_it_cannot_be_published_by_accident() -> None:
    assert PROJECT["project"]["classifiers"] == ["Private :: Do Not Upload"]


# The wheel -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def test_the_wheel_holds_every_file_of_the_packages_as_it_is(wheel: zipfile.ZipFile) -> None:
    inside = set(wheel.namelist())
    for path in tracked(*SHIPPED):
        assert path.as_posix() in inside
        assert (
            hashlib.sha256(wheel.read(path.as_posix())).digest() == hashlib.sha256((ROOT / path).read_bytes()).digest()
        )


def test_the_wheel_holds_templates_static_files_samples_migrations_and_weights(wheel: zipfile.ZipFile) -> None:
    inside = wheel.namelist()
    for needed in (
        r"templates/.+\.html",
        r"service/static/htmx-[\d.]+\.min\.js",
        r"service/static/style\.css",
        r"service/samples/.+",
        r"service/store/migrations/versions/.+\.py",
        r"models/weights/model\.safetensors",
        r"models/weights/README\.md",
    ):
        assert any(re.fullmatch(needed, name) for name in inside), needed


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {*SHIPPED, f"counterpose-{PROJECT['project']['version']}.dist-info"}
    assert not [name for name in wheel.namelist() if "__pycache__" in name]


def test_the_wheel_runs_away_from_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    script = "import models, service.rendering.wording as it; assert it.TEMPLATES.is_dir(); print(models.__file__); "
    done = subprocess.run(
        [sys.executable, "-c", script + "print(it.TEMPLATES)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(Path(line).is_relative_to(tmp_path) for line in done.stdout.split())


# The tree --------------------------------------------------------------------------------------------------------


def templates() -> list[Path]:
    return [path for path in tracked("templates", "service") if path.suffix in {".html", ".svg", ".xml"}]


INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style in the page": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "a file of another site": re.compile(
        r"""<(?:script|link|img|iframe|source|video|audio)\b[^>]*\b(?:src|href)=["'](?:https?:)?//""", re.I
    ),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has_anything_inline_or_from_elsewhere(what: str) -> None:
    assert templates()
    for path in templates():
        found = INLINE[what].search((ROOT / path).read_text())
        assert not found, f"{path}: {what}: {found and found[0]}"


# The files as they are in the packages htmx.org and swagger-ui-dist of these versions.
OTHERS = {
    "htmx-2.0.11.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "swagger-ui-5.35.0/swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui-5.35.0/swagger-ui.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
}


def test_what_others_wrote_of_the_static_files_is_as_they_published_it() -> None:
    static = ROOT / "service" / "static"
    assert {name: hashlib.sha256((static / name).read_bytes()).hexdigest() for name in OTHERS} == OTHERS
    versioned = {path.relative_to(static).as_posix() for path in static.rglob("*") if re.search(r"-\d", str(path))}
    code = {name for name in versioned if name.endswith((".js", ".css"))}
    assert code == set(OTHERS)


def test_every_python_file_says_first_what_it_is() -> None:
    for path in (path for path in tracked("models", "service", "tests", ".ci") if path.suffix == ".py"):
        assert ast.get_docstring(ast.parse((ROOT / path).read_text())), path


def test_no_index_is_named_but_pytorchs_own() -> None:
    named = re.compile(r"https?://[^\s\"'`<>]*(?:pypi|simple/|/whl/|registry|mirror|artifactory)[^\s\"'`<>]*", re.I)
    for path in tracked():
        if path.suffix in {".safetensors", ".js", ".css", ".map"} or path.name == "tokenizer.json":
            continue
        text = (ROOT / path).read_text(errors="replace")
        assert {found.rstrip(".,;)") for found in named.findall(text)} <= {"https://download.pytorch.org/whl/cpu"}, path


def test_every_target_of_the_makefile_is_listed_by_help() -> None:
    text = (ROOT / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.+)$", text, re.M)
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert declared
    assert set(declared[1].split()) == set(re.findall(r"^  make (\S+)", listed, re.M))


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## \[([^\]]+)\](?: - \d{4}-\d\d-\d\d)?$", text, re.M)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Method"}
    assert versions[0] == "Unreleased"
    assert len(re.findall(r"^## ", text, re.M)) == len(versions)
    assert set(re.findall(r"^### (.+)$", text, re.M)) <= kinds


# The network -----------------------------------------------------------------------------------------------------


def test_a_test_cannot_leave_this_machine() -> None:
    with pytest.raises(RuntimeError, match=r"reached for 192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    with pytest.raises(RuntimeError, match=r"looked up example\.invalid"):
        urllib.request.urlopen("http://example.invalid/")


# The image -------------------------------------------------------------------------------------------------------

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (INSTRUCTION, rest), with continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def of(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


@pytest.mark.skipif(
    not (Path(sys.executable).with_name("hadolint")).exists(), reason="hadolint has no wheel for this platform"
)
def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--no-color", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_serves_read_only_as_nobody_in_particular_and_says_whether_it_is_well() -> None:
    environment = dict(pair.split("=", 1) for line in of("ENV") for pair in line.split())
    assert environment["COUNTERPOSE_READ_ONLY"] == "true"
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert of("USER") == ["10001"]
    assert of("VOLUME") == ["/data"]
    assert of("EXPOSE") == ["8000"]
    assert "/healthz" in of("HEALTHCHECK")[0]
    assert json.loads(of("CMD")[-1])[:4] == ["counterpose", "serve", "--host", "0.0.0.0"]


def test_the_image_is_built_by_the_script_that_is_tested_from_files_that_docker_is_given() -> None:
    built = [line for line in of("RUN") if "image.sh" in line]
    assert [line.split()[1] for line in built] == ["dependencies", "application"]
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for line in of("COPY") if "--from" not in line for name in line.split()[:-1]}
    assert {name.rstrip("/") for name in copied} <= given
    assert {*SHIPPED, "pyproject.toml", "requirements.lock"} <= copied
    assert all((ROOT / name).exists() for name in copied)


def test_the_compose_file_names_settings_commands_and_a_password_that_there_are() -> None:
    found = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert set(found["services"]) == {"app", "worker", "database"}
    for name in ("app", "worker"):
        service = found["services"][name]
        secret = "${POSTGRES_PASSWORD:?write it into .env}"
        settings = {key: value.replace(secret, "x") for key, value in service["environment"].items()}
        config = Config.from_environment(settings)
        assert config.resolved_database_url() == "postgresql://counterpose:x@database/counterpose"
        assert (config.read_only, config.second_factor == "required") == (name == "app",) * 2
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert found["services"]["worker"]["command"][1] in commands.commands
    assert "pgvector" in found["services"]["database"]["image"]


@pytest.mark.slow  # installs everything once more
def test_the_images_steps_give_a_service_that_runs_without_network_and_without_the_tools(tmp_path: Path) -> None:
    """The Dockerfile's own COPY, RUN, ENV, CMD and HEALTHCHECK, with its paths moved under a temporary folder."""
    build, opt, data = tmp_path / "build", tmp_path / "opt" / "counterpose", tmp_path / "data"
    copied = [name.rstrip("/") for line in of("COPY") if "--from" not in line for name in line.split()[:-1]]
    for path in tracked(*copied):
        (build / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, build / path)
    argument = os.environ.get("TORCH_INDEX", "")
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("COUNTERPOSE_", "VIRTUAL_ENV"))
    }
    outside["PYTHON"] = str(Path(sys.base_prefix) / "bin" / "python3.11")
    for line in of("RUN"):
        if "image.sh" in line:
            step = line.replace("/opt/counterpose", str(opt)).replace("$TORCH_INDEX", argument)
            done = subprocess.run(
                ["sh", "-c", step], cwd=build, env=outside, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(build)

    present = {path.name for path in (opt / "bin").iterdir()}
    assert "counterpose" in present
    assert not present & {"pip", "pytest", "ruff", "mypy", "playwright", "uv", "hadolint"}

    data.mkdir()
    port = _free_port()
    settings = dict(pair.split("=", 1) for line in of("ENV") for pair in line.split())
    settings["PATH"] = f"{opt}/bin:{os.environ['PATH']}"
    settings["COUNTERPOSE_DATABASE_URL"] = f"sqlite:///{data}/counterpose.sqlite"
    command = [word.replace("8000", str(port)) for word in json.loads(of("CMD")[-1])]
    well = json.loads(of("HEALTHCHECK")[0].partition(" CMD ")[2])
    with subprocess.Popen([opt / "bin" / command[0], *command[1:]], cwd=data, env=settings) as running:
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            check = [opt / "bin" / "python", *(word.replace("8000", str(port)) for word in well[1:])]
            subprocess.run(check, cwd=data, env=settings, check=True)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/documents", data=b"{}", timeout=10)
            assert refused.value.code in {400, 403, 404, 405, 415}
        finally:
            running.terminate()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=10).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} did not answer in 30 seconds")


@pytest.mark.slow
def test_the_sbom_names_all_that_runs_nothing_that_only_tests_and_both_models(tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, ROOT / ".ci" / "sbom.py", path], check=True, capture_output=True, env=environment)
    bom = json.loads(path.read_text())
    assert bom["bomFormat"] == "CycloneDX"
    named = {canonicalize_name(one["name"]) for one in bom["components"]}
    asked = {canonicalize_name(Requirement(one).name) for one in PROJECT["project"]["dependencies"]}
    assert asked <= named
    assert not {"pytest", "hypothesis", "playwright", "ruff"} & named
    files = {
        (model["name"], file["name"]): file["hashes"][0]["content"]
        for model in bom["components"]
        if model["type"] == "machine-learning-model"
        for file in model["components"]
    }
    weights = ROOT / "models" / "weights" / "model.safetensors"
    assert files["counterpose-relation-minilm", weights.name] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert ("all-MiniLM-L6-v2", weights.name) in files
    assert all(one["licenses"] for one in bom["components"])
