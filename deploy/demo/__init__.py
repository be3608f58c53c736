"""`make demo`: a registry with two publishers, a hub, a box and a school, all through the same commands people use."""
