"""The pages of the box."""
