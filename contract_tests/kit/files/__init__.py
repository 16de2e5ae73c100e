"""What the claims about files behind addresses need."""
