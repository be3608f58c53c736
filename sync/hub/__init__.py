"""The hub: a Learning Record Store for many boxes, and a ministry's view of them."""
