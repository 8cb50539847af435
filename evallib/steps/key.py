"""key: a pseudonym key of the project's own, made once a programme period."""

from __future__ import annotations

from evallib.errors import UsageError, text
from evallib.steps.context import Context
from evallib.steps.unfilled import waits


def key(context: Context) -> str:
    """Make the key in this computer's keyring; returns its id, never the key.

    Raises UsageError when project.yaml keeps the key elsewhere or lacks the number, PrivacyError when
    there is one already or when data are frozen under a key that is no longer there.
    """
    from evallib.privacy.keys import has_key, make_key
    from evallib.steps.project_key import refuse_other_keys

    project = context.workspace.project
    if project.key != "keyring":
        raise UsageError(
            text("This workspace does not keep its key in the keyring"),
            where="surveys/project.yaml: key",
            found=project.key,
            repair=text("Set key: keyring there, or keep the key where it is"),
        )
    if waits(project.number):
        raise UsageError(
            text("The project's number is not filled in yet, and the key belongs to it"),
            where="surveys/project.yaml: number",
            found=project.number,
            repair=text("Write the number of the funding decision there, then run the same again"),
        )
    if not has_key(project.number, project.programme_period):
        refuse_other_keys(context, [])
    return make_key(project.number, project.programme_period).key_id
