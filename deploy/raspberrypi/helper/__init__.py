"""What root does for a box: mounts sticks, and does what the box's pages ask for and only root may.

Standard library only: this also works where the program of the box is broken. deploy/raspberrypi/README.md says where
everything lies; `/usr/lib/schoolbox/helper` and `/usr/lib/schoolbox/stick` start it.
"""
