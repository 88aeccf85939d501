"""Causes: what of an error is for whoever runs the service goes into the log, where no page says it."""

from __future__ import annotations

import logging

from service.errors import CounterposeError

LOG = logging.getLogger("counterpose.causes")


def note(error: CounterposeError) -> None:
    """To be called wherever an error is answered with."""
    if error.cause:
        LOG.error("%s", error)
