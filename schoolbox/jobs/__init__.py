"""What the box does by itself while it runs: talking to the hub, keeping its name on the network."""
