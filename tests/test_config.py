"""Config: settings are read strictly, and the page about them is complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from service.config import Config
from service.errors import BadValue

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_without_settings_the_defaults_hold() -> None:
    assert Config.from_environment({"PATH": "/bin"}) == Config()


def test_the_default_database_is_a_file_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Config().resolved_database_url() == f"sqlite:///{tmp_path}/counterpose/counterpose.sqlite"


def test_every_setting_is_read_from_its_variable() -> None:
    config = Config.from_environment(
        {
            "COUNTERPOSE_DATABASE_URL": "postgresql://me@host/name",
            "COUNTERPOSE_EMBEDDER": "/models/e",
            "COUNTERPOSE_CLASSIFIER": "/models/c",
            "COUNTERPOSE_READ_ONLY": "yes",
            "COUNTERPOSE_MAX_BYTES": "1000",
            "COUNTERPOSE_HOST": "::1",
            "COUNTERPOSE_PORT": "0",
            "COUNTERPOSE_THREADS": "2",
            "COUNTERPOSE_PROCESSES": "3",
            "COUNTERPOSE_PUBLIC_URL": "https://example.org/",
            "COUNTERPOSE_ADD_BY_URL": "1",
            "COUNTERPOSE_REPORT_LIMIT": "2 per day; 1 per minute",
            "COUNTERPOSE_LOG": "json",
            "COUNTERPOSE_METRICS": "1",
            "COUNTERPOSE_WORKER": "0",
            "COUNTERPOSE_JOB_LEASE": "60",
            "COUNTERPOSE_JOBS_WAITING": "9",
            "COUNTERPOSE_READ_LIMIT": "90 per minute",
            "COUNTERPOSE_COMPARE_LIMIT": "9 per minute",
            "COUNTERPOSE_ADD_LIMIT": "50 per day",
            "COUNTERPOSE_ADD_BYTES_LIMIT": "1000000 per day",
            "COUNTERPOSE_READING": "private",
            "COUNTERPOSE_SECOND_FACTOR": "required",
            "COUNTERPOSE_SESSION_IDLE": "15",
            "COUNTERPOSE_SESSION_LIFE": "8",
            "COUNTERPOSE_PROXIES": "2",
            "COUNTERPOSE_EMBED_ANCESTORS": "https://a.example  https://*.b.example:8443",
        }
    )
    assert config == Config(
        "postgresql://me@host/name",
        "/models/e",
        "/models/c",
        True,
        1000,
        "::1",
        0,
        2,
        3,
        "https://example.org",
        True,
        "2 per day; 1 per minute",
        "json",
        True,
        False,
        60,
        9,
        "90 per minute",
        "9 per minute",
        "50 per day",
        "1000000 per day",
        "private",
        "required",
        15,
        8,
        2,
        "https://a.example https://*.b.example:8443",
    )


def test_a_misspelt_setting_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(BadValue, match="COUNTERPOSE_DATABSE_URL") as error:
        Config.from_environment({"COUNTERPOSE_DATABSE_URL": "sqlite:///x"})
    assert "COUNTERPOSE_DATABASE_URL" in error.value.nearest


def test_an_empty_setting_counts_as_unset() -> None:
    assert Config.from_environment({"COUNTERPOSE_PORT": " ", "COUNTERPOSE_EMBEDDER": ""}) == Config()


def test_settings_of_the_test_suite_are_left_alone() -> None:
    assert Config.from_environment({"COUNTERPOSE_TEST_SHARED": "/x"}) == Config()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COUNTERPOSE_PORT", "65536"),
        ("COUNTERPOSE_PORT", "-1"),
        ("COUNTERPOSE_PORT", "http"),
        ("COUNTERPOSE_READ_ONLY", "perhaps"),
        ("COUNTERPOSE_MAX_BYTES", "20MB"),
        ("COUNTERPOSE_THREADS", "0"),
        ("COUNTERPOSE_PUBLIC_URL", "example.org"),
        ("COUNTERPOSE_DATABASE_URL", "/home/me/x.sqlite"),
        ("COUNTERPOSE_REPORT_LIMIT", "a few"),
        ("COUNTERPOSE_READING", "friends"),
        ("COUNTERPOSE_SECOND_FACTOR", "yes"),
        ("COUNTERPOSE_SESSION_IDLE", "0"),
        ("COUNTERPOSE_PROXIES", "-1"),
        ("COUNTERPOSE_EMBED_ANCESTORS", "https://a.example; script-src *"),
        ("COUNTERPOSE_EMBED_ANCESTORS", "'self'"),
    ],
)
def test_a_value_that_makes_no_sense_is_an_error_with_a_remedy(variable: str, value: str) -> None:
    with pytest.raises(BadValue, match=variable) as error:
        Config.from_environment({variable: value})
    assert error.value.remedy


def test_the_page_lists_every_setting_and_no_other_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(COUNTERPOSE_\w+)` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.M))
    assert set(rows) == {f"COUNTERPOSE_{field.name.upper()}" for field in fields(Config)}
    for field in fields(Config):
        shown = rows[f"COUNTERPOSE_{field.name.upper()}"].strip()
        if field.default is not None:
            assert shown == f"`{int(field.default) if field.type == 'bool' else field.default}`"
