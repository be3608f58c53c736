"""Makes the sample lessons from their sources: `python -m content_packs.samples.make`."""
