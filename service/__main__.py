"""The command line."""

from __future__ import annotations

import click

from service.commands.accounts import tokens, users
from service.commands.adding import add, replace
from service.commands.auditing import audit
from service.commands.briefing import brief
from service.commands.checking import attribution, rivals, sign_off
from service.commands.citing import cite
from service.commands.comparing import compare, export
from service.commands.correcting import answer_report, reports
from service.commands.curating import correct, merge_speakers, remove, rename_speaker, set_delegation, split_speaker
from service.commands.editing import (
    hide_topic,
    lock_topic,
    merge_topics,
    move_statement,
    rename_topic,
    split_topic,
    topic_edits,
    undo_topic_edit,
)
from service.commands.evaluating import evaluate
from service.commands.following import over_time
from service.commands.freezing import replay, snapshot
from service.commands.issues import issues
from service.commands.jobs import jobs
from service.commands.keeping import backup, check, migrate_store, restore
from service.commands.listing import documents, speakers, text, topics
from service.commands.mapping import topic_map
from service.commands.relating import relate
from service.commands.reviewing import error_card, mark, rule, rulings, withdraw_ruling
from service.commands.serving import demo, serve, worker
from service.commands.terminal import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="counterpose")
def commands() -> None:
    """Side-by-side comparison of what two speakers said: every quote verbatim, sourced and provable.

    Settings are read from the environment: COUNTERPOSE_DATABASE_URL and others, listed in docs/settings.md.
    """


for _command in (
    *(add, replace, remove, correct),
    *(topics, issues, speakers, documents, text, topic_map),
    *(rename_speaker, set_delegation, merge_speakers, split_speaker),
    *(rename_topic, merge_topics, split_topic, move_statement, lock_topic, hide_topic),
    *(topic_edits, undo_topic_edit),
    *(rulings, rule, withdraw_ruling, error_card, mark),
    *(compare, over_time, export, brief, cite, relate, evaluate),
    *(attribution, sign_off, rivals),
    *(snapshot, replay, reports, answer_report, audit),
    *(backup, restore, check, migrate_store),
    *(users, tokens),
    *(jobs, worker, demo, serve),
):
    commands.add_command(_command)


def main() -> None:
    """The entry point `counterpose`."""
    commands(prog_name="counterpose")


if __name__ == "__main__":
    main()
