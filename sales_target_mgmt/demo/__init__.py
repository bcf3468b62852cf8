"""Demonstration data: the files list what a firm has, the modules here what it did."""
