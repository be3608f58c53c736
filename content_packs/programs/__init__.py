"""The program of a box as something that is published: made, signed, offered, taken (deploy/raspberrypi/UPDATES.md)."""
