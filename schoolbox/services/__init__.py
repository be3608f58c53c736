"""What the box does, as functions of values; frozen dataclasses out, no request and no template in sight."""
