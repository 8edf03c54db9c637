"""What becomes of the dead letters of a message that is read again."""

from collections.abc import Sequence

from collector.refused.letter import Letter


def is_refused_as_before(before: Sequence[Letter], refused: Sequence[Letter]) -> bool:
    """Tell whether whatever was refused of a message is refused again for the same reasons."""
    now = {letter.reason: letter.readings for letter in refused}
    return all(letter.readings <= now.get(letter.reason, 0) for letter in before)


def after_retry(
    before: Sequence[Letter], refused: Sequence[Letter], *, has_taken: bool
) -> tuple[list[Letter], list[tuple[int, int]]]:
    """Return what a record of the spool says of a message that was read again.

    Where nothing of it was taken its letters stay, with the reasons of now; repeating that changes
    nothing. Else they are gone, and what is still refused makes new letters.

    Args:
        before: Its letters so far.
        refused: What is refused of it now.
        has_taken: Whether anything of it became a reading.

    Returns:
        Letters to write, and (number, readings) of those that are gone.
    """
    gone = {letter.number: letter.readings for letter in before}
    if has_taken:
        return list(refused), list(gone.items())
    written = []
    rest = sorted(before, key=lambda letter: letter.reason)
    for letter in sorted(refused, key=lambda letter: letter.reason):
        same = rest.pop(0) if rest else None
        if same is None:
            written.append(letter)
            continue
        del gone[same.number]
        changed = same._replace(
            reason=letter.reason,
            readings=letter.readings,
            form=letter.form,
            version=letter.version,
        )
        written.append(changed._replace(payload=b""))
    return written, list(gone.items())
