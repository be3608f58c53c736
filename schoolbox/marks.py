"""The mark for sentences that are translated later, where they are shown."""


def N_(message: str) -> str:  # noqa: N802 - the customary name, known to every tool that collects sentences
    """Mark a sentence for the catalogues without translating it yet."""
    return message
