"""The hub as a Learning Record Store (PROTOCOL section 7): statements and how they come in and are found again."""
