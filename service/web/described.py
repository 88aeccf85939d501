"""Described: an API whose description is made when it is first asked for: to make it takes most of a server's start."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from flask_openapi3 import APIBlueprint, OpenAPI
from flask_openapi3.utils import parse_parameters


class DescribedBlueprint(APIBlueprint):
    """Its operations are registered at once, and described by `describe`."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._undescribed: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def _collect_openapi_info(self, rule: str, func: Callable[..., Any], **named: Any) -> Any:
        self._undescribed.append(((rule, func), named))
        return parse_parameters(func, doc_ui=False)

    def describe(self) -> None:
        for given, named in self._undescribed:
            super()._collect_openapi_info(*given, **named)


class DescribedAPI(OpenAPI):
    """Made of such blueprints."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._parts: list[DescribedBlueprint] = []
        self._lock = Lock()

    def register_api(self, api: APIBlueprint, **options: Any) -> None:
        assert isinstance(api, DescribedBlueprint)
        self._parts.append(api)
        self.register_blueprint(api, **options)

    @property
    def api_doc(self) -> dict[str, Any]:
        with self._lock:
            for part in self._parts:
                part.describe()
                self.tags += [tag for tag in part.tags if tag.name not in {one.name for one in self.tags}]
                self.paths.update(part.paths)
                self.components_schemas.update(part.components_schemas)
            self._parts.clear()
            found: dict[str, Any] = super().api_doc
        return found
