"""Tables of patients in, tables of doses out.

``rows`` reads and refuses, ``projection`` predicts the week of many patients
over shared virtual patients, ``doses`` makes the table, ``files`` reads and
writes it piece by piece.
"""
