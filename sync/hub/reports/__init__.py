"""What a ministry, a municipality and a school read: figures by place, made from the roll-ups in the background."""
