"""What the shop does: one verb a module, plain values in, frozen values or typed errors out."""
