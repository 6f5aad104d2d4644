"""What can go wrong, as one tree. Every message says what happened, the value, and what to do.

HoidapError
├── ConfigError        a setting is unknown or has a value that it cannot take
├── SourceError        the folder or file to build from is not there
├── BuildError         a build could not be finished
├── FilterError        a filter of a question makes no sense
├── ModelError         an embedder or reader cannot be found or loaded
└── IndexProblem
    ├── IndexMissing   no index at that place
    ├── IndexLocked    another process is writing it
    ├── IndexMismatch  it was made with another embedder or another version of hoidap
    └── IndexDamaged   its files are not what they should be
"""

from __future__ import annotations


class HoidapError(Exception):
    """Anything that a user can mend; the command line prints it as one line."""


class ConfigError(HoidapError):
    """A setting is unknown or has a value that it cannot take."""


class SourceError(HoidapError):
    """The folder or file to build from is not there."""


class BuildError(HoidapError):
    """A build could not be finished."""


class FilterError(HoidapError):
    """A filter of a question makes no sense."""


class ModelError(HoidapError):
    """An embedder or reader cannot be found or loaded."""


class IndexProblem(HoidapError):
    """Something about an index keeps it from being used."""


class IndexMissing(IndexProblem):
    """No index at that place."""


class IndexLocked(IndexProblem):
    """Another process is writing it."""


class IndexMismatch(IndexProblem):
    """It was made with another embedder or another version of hoidap."""


class IndexDamaged(IndexProblem):
    """Its files are not what they should be."""
