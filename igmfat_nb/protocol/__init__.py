"""What is published, and what this software assumes beside it: data, no arithmetic."""
