"""The rules of the shop, with no input or output."""
