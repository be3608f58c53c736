"""What the box does, as functions of values; frozen structs out, no request and no template in sight."""
