"""Virtual trials of the protocol: who enters, what they get, who dies, what a test would say.

The same dosing and kinetics as at the bedside, for many patients at once.
Truth and belief are apart: what is true of a patient need not be what the
dosing arm believes. Every clinical effect is zero unless a design says
otherwise.
"""
