"""Letting go of old weeks: what is let go of, what stays of it, and what comes after its time."""
