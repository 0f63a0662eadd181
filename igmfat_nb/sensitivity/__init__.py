"""What an answer depends on: ranges of assumed numbers, one at a time and all together."""
