"""The workshop: lessons as data, answers checked by the package's own functions.

``question`` says what a question is, ``checking`` judges an answer, ``lessons``
holds the four lessons, ``record`` what a participant did, ``summary`` and
``collect`` what a participant and a trainer take home. Only ``panel`` and what
is named after it knows widgets; only ``pack`` knows papermill and nbconvert.
"""
