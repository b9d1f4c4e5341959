"""A person's orders: all of them for whoever has signed in, one of them for whoever proves that it is theirs."""
