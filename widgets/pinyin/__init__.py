"""Pinyin input: from letters to Hanzi, for names and addresses. Knows nothing of screens or of the shop."""
