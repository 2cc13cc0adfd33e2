"""Recorded model outputs: readers of other tools' files, and the problems that they are about. Judges nothing."""
