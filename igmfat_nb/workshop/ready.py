"""Imported by the fork server: templates compiled and cases read once, shared by all seats."""

from igmfat_nb.workshop import markup
from igmfat_nb.workshop.lessons import LESSONS

for _lesson in LESSONS:
    for _number, _question in enumerate(_lesson.questions):
        markup.asked(_lesson, _number)
        markup.figure(_question, solved=False)
