"""Messages into conversations: who answers whom, what belongs together, where topics end, which part was a lecture, and the windows in which it is found."""

from sediment.threads.conversations import conversation_of
from sediment.threads.judging import Judge, judge_of_links
from sediment.threads.lectures import lectures
from sediment.threads.links import CONTEXT, links
from sediment.threads.passages import passages
from sediment.threads.topics import boundaries

__all__ = ["CONTEXT", "Judge", "boundaries", "conversation_of", "judge_of_links", "lectures", "links", "passages"]
