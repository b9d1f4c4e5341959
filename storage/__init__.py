"""The shop's memory: tables, transactions, queries, the number index and the catalogue files."""
