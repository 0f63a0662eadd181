"""Kernels: forked from one process that has imported everything, or started one by one.

A kernel that is started imports for most of a second; a forked one is there at
once and shares the memory of what was imported. ``choice`` says which is used,
``provisioner`` is Jupyter's own extension point for it, ``child`` what a forked
process does, ``imports`` what is imported before the first fork, ``sockets``
where a document's kernel is talked to.
"""
