"""Is the model right? Recorded titres, each beside what the titres before it had predicted.

``densities`` scores one measured titre against a prediction, ``one_case`` a case, ``folder`` a
folder of them in processes of their own; ``measures`` sums up, ``npde`` and ``vpc`` compare
whole courses, ``checks`` looks for what is wrong, ``verdict`` says it in one sentence.
``simulated`` makes folders in which a stated thing is wrong.
"""
