"""Artists and cameras of the network and of this machine: one file a vendor."""
