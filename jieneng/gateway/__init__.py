"""Gateways that connect by themselves: how each speaks, and one that is played."""
