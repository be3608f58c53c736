"""The wire between a box and the hub, both ends."""
