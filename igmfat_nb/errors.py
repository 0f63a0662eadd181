"""One family of errors: each message is a sentence that a person can act on."""


class IgmFatError(Exception):
    """Anything this package refuses; ``str(error)`` is the sentence to show."""


class UnreadableInput(IgmFatError, ValueError):
    """Text that cannot be read as what the field asks for."""


class ImplausibleInput(IgmFatError, ValueError):
    """A value outside the range we believe, or one that contradicts another."""


class MissingInput(IgmFatError, ValueError):
    """Something needed for the answer was not given."""
