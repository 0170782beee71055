"""The only door to SQL: plain functions over a connection that take and return models.

`schema` opens the database, `messages` keeps what was imported, `settled` what can be rebuilt from it, `lexical` finds words, `documents` keeps what was
written, `calls` what models were asked."""
