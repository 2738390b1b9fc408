"""What happened on a site, written down with what made it happen; whoever waits for it is above."""
