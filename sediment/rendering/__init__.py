"""From a Document to Markdown, and from Markdown to a page that stands alone. Text from a chat stays text on the whole way."""

from sediment.rendering.chat import chat_lines
from sediment.rendering.document import markdown
from sediment.rendering.escape import escape, heading, plain
from sediment.rendering.page import html

__all__ = ["chat_lines", "escape", "heading", "html", "markdown", "plain"]
