"""Messages into conversations: who answers whom, what belongs together, and the windows in which it is found."""

from sediment.threads.conversations import conversation_of
from sediment.threads.links import CONTEXT, links
from sediment.threads.passages import passages

__all__ = ["CONTEXT", "conversation_of", "links", "passages"]
