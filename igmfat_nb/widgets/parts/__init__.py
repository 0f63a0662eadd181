"""What every page is built of: plain widgets, fields, cards, a figure, markup."""
