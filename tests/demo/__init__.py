"""Tests of the demo model and of what measures it."""
