"""What a box does before its program starts: grow, become itself, and take what was written for it onto the card.

It runs as root at every start and uses the standard library alone. Rules: look, do, flush, rename; what a power cut
broke off is done at the next start; nothing that is wrong on the card keeps the box from starting.

    python3 -m deploy.raspberrypi.firstboot            # every step that is not done yet
    python3 -m deploy.raspberrypi.firstboot reset      # at the next start this becomes a new box; packs are kept
"""
