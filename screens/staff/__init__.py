"""What staff see at the terminal itself, before there is a counter."""
