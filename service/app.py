"""App: create_app(), the only place where the web's parts are put together."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, get_translations
from flask_compress import Compress
from flask_openapi3 import Info
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from service.access.visitor import Visitor
from service.config import Config
from service.corpus import Corpus
from service.errors import CounterposeError, Unauthorized, Unavailable
from service.rendering import wording as rendering
from service.rendering.lead import lead
from service.schema.access import SCHEMES
from service.schema.refusals import ErrorAnswer
from service.signature import sign
from service.translation import CATALOGS, ENGLISH, Language, speak, teach
from service.version import own_version
from service.web import api, embed, oembed, pages, screens
from service.web import audit as audit_pages
from service.web.access import pages as access_pages
from service.web.access.csrf import EveryForm, field
from service.web.access.needed import FORMS_OF_ANYBODY
from service.web.access.signed_request import SignedRequest
from service.web.corrections import pages as correction_pages
from service.web.described import DescribedAPI
from service.web.guard import Guard
from service.web.headers import A_YEAR, Headers
from service.web.jobs import addresses as job_addresses
from service.web.kept import KeptAnswers
from service.web.limits import Limits
from service.web.negotiation import answers_programs, http_refusal, led_in, raise_invalid, refusal
from service.web.next import sign_in_address
from service.web.operation import operate
from service.web.refused import heard, refuse
from service.web.sizes import FORM_OF_ANYBODY, MOST_FIELDS, PLAIN_FORM, Sizes
from service.web.snapshots import addresses as snapshot_api

NOBODY = Visitor(frozenset())
_ABOUT = """Two speakers' statements side by side, every quote verbatim and traceable.

`opposition` and `relation` are a model's estimate about two texts, never a property of people."""


def create_app(config: Config | None = None, corpus: Corpus | None = None, catalogs: Path = CATALOGS) -> DescribedAPI:
    """The web application over `corpus`; without one, over the corpus that `config` (or the environment) names.

    It speaks English and the languages that `catalogs` holds.
    """
    config = config or Config.from_environment()
    corpus = corpus or Corpus.open(config)
    guard, headers = Guard(config, corpus.access), Headers(config)
    limits, sizes = Limits(config, corpus.passing), Sizes(config)
    app = DescribedAPI(
        __name__,
        info=Info(title="Counterpose", version=own_version(), description=_ABOUT),
        security_schemes=SCHEMES,
        doc_ui=False,
        validation_error_status=400,
        validation_error_model=ErrorAnswer,
        validation_error_callback=raise_invalid,
        template_folder=str(rendering.TEMPLATES),
    )
    app.request_class = SignedRequest
    app.config[screens.PUBLIC_URL] = config.public_url
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = sizes.largest
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_YEAR
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(show=rendering, lead=lead, asset=_Asset(Path(app.static_folder or "")))

    Compress(app)  # before the other functions that finish an answer: it runs after them, on what they made
    teach(app.jinja_env)
    app.jinja_env.add_extension(EveryForm)
    app.jinja_env.globals.update(csrf_field=lambda: field(_visitor().key), signed_as=lambda: _visitor().name)
    others = _languages(app, catalogs)

    @app.before_request
    def speak_as_asked() -> None:
        speak(Language(get_locale() or ENGLISH.locale, get_translations()) if others else ENGLISH)

    app.before_request(refuse)

    @app.teardown_request
    def speak_english_again(_: BaseException | None) -> None:
        speak(ENGLISH)

    @app.before_request
    def keep_forms_small() -> None:
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = request.max_form_memory_size = PLAIN_FORM  # a field may be of two bytes
        if request.endpoint in FORMS_OF_ANYBODY:
            request.max_content_length = FORM_OF_ANYBODY
        elif request.endpoint == "api.compare_texts":
            request.max_content_length = sizes.two_texts

    @app.before_request
    def admit() -> None:
        sign(None)
        guard.demand_known_host(request)
        g.visitor = guard.visitor(request)
        sign(g.visitor.name)
        request.writer = g.visitor.name  # type: ignore[attr-defined]
        guard.demand(request, g.visitor)

    @app.teardown_request
    def sign_no_more(_: BaseException | None) -> None:
        sign(None)

    app.register_api(api.blueprint(corpus, limits))
    app.register_blueprint(pages.blueprint(corpus, guard, limits))
    app.register_api(snapshot_api.blueprint(corpus))
    app.register_api(job_addresses.blueprint(corpus, config.threads))
    app.register_blueprint(embed.blueprint(corpus))
    app.register_blueprint(oembed.blueprint(corpus))
    app.register_blueprint(audit_pages.blueprint(corpus))
    app.register_api(correction_pages.blueprint(corpus, guard, limits))
    app.register_blueprint(access_pages.blueprint(corpus.access, guard.demand_private_line))
    app.add_url_rule("/openapi.json", "openapi", lambda: app.api_doc)
    app.register_error_handler(CounterposeError, refusal)
    app.register_error_handler(Unauthorized, led_in)
    app.register_error_handler(HTTPException, http_refusal)

    def _has_accounts() -> bool:
        try:
            return guard.has_accounts()
        except Unavailable:  # the page that says so is shown all the same
            return False

    @app.context_processor
    def who_asks() -> dict[str, Any]:
        visitor = _visitor()
        known = "visitor" in g and visitor.person is None and (config.reading == "private" or _has_accounts())
        held = {"signed_in": visitor.name, "sign_in_at": sign_in_address(request) if known else None}
        return {"writable": guard.may_write(visitor), **held}

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint == "static" and "v" not in request.args:
            response.headers["Cache-Control"] = "no-cache"  # its content is not in its address
        if others and request.endpoint != "static":
            response.vary.add("Accept-Language")
        if request.endpoint != "static":
            response.vary.update(("Authorization", "Cookie"))
        if headers.is_personal(request, known=_visitor().person is not None):
            response.headers["Cache-Control"] = "no-store"
            response.headers.pop("ETag", None)
        elif request.method == "GET" and response.status_code == 200 and not response.direct_passthrough:
            response.add_etag()
            response.headers.setdefault("Cache-Control", "no-cache")
            response.make_conditional(request)
        return headers.seal(request, response)

    own = app.wsgi_app
    app.wsgi_app = limits.counted(app, KeptAnswers(app.wsgi_app, corpus.stamp))  # type: ignore[method-assign, assignment]
    app.wsgi_app = heard(app, own)  # type: ignore[method-assign, assignment]
    operate(app, corpus, guard, open_metrics=config.metrics)
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=0, x_port=0, x_prefix=0
        )
    return app


def _visitor() -> Visitor:
    """Who asks; where that could not be found out, nobody."""
    found: Visitor = g.get("visitor", NOBODY)
    return found


def _languages(app: Flask, catalogs: Path) -> list[str]:
    """The languages there are catalogs of; pages come in the one asked for that is nearest, else in English."""
    others = sorted(path.parts[-3] for path in catalogs.glob("*/LC_MESSAGES/messages.mo"))
    tags = {name.replace("_", "-"): name for name in ("en", *others)}

    def asked() -> str:
        return "en" if answers_programs() else tags[request.accept_languages.best_match(list(tags), "en")]

    Babel(app, configure_jinja=False, default_translation_directories=str(catalogs), locale_selector=asked)
    return others


class _Asset:
    """The address of a static file, with its content in it, so that browsers may keep it for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = sha256((self._folder / name).read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={self._known[name]}"
