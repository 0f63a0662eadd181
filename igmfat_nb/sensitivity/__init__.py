"""What an answer hangs on: ranges of assumed numbers, one at a time and all together."""
