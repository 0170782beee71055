"""The errors that a person may meet. Each says what happened, where, and what to try.

SedimentError                 base; the command line prints it and exits with `exit_code`
├── UsageError           (2)  the request does not make sense: unknown group, day, option
├── ConfigError          (78) sediment.toml or the environment is wrong
├── ReadError            (65) an export cannot be read as what it was taken for
│   └── UnknownFormat    (65) no reader recognises the file
├── StoreError           (74) the database cannot be opened, is newer than this program, or is damaged
│   └── Locked           (75) another sediment process is writing; try again
├── VectorError          (74) the embedder or the vector store cannot be used
├── ModelError           (69) the chat model did not give a usable reply
│   ├── ModelTimeout     (69) the total deadline passed
│   ├── ModelRefused     (69) authentication, quota or content filter: retrying cannot help
│   │   └── ModelFiltered (69) the provider's content filter: other messages may pass
│   ├── ModelCut         (69) request or reply exceeds the model's limit: asking for less can help
│   └── BudgetSpent      (69) the run's budget of tokens is used up
└── PublishError         (73) the destination did not take the document

Exit codes follow sysexits.h where it has a fitting one.
"""


class SedimentError(Exception):
    """What happened and where (`str(error)`), with an optional hint on what to try."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(SedimentError):
    exit_code = 2


class ConfigError(SedimentError):
    exit_code = 78


class ReadError(SedimentError):
    exit_code = 65


class UnknownFormat(ReadError):
    pass


class StoreError(SedimentError):
    exit_code = 74


class Locked(StoreError):
    exit_code = 75


class VectorError(SedimentError):
    exit_code = 74


class ModelError(SedimentError):
    exit_code = 69


class ModelTimeout(ModelError):
    pass


class ModelRefused(ModelError):
    pass


class ModelFiltered(ModelRefused):
    pass


class ModelCut(ModelError):
    pass


class BudgetSpent(ModelError):
    pass


class PublishError(SedimentError):
    exit_code = 73
