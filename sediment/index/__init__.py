"""What makes passages findable by meaning: embedders, vector stores, and the fusion of meaning with words.

The only door to chromadb, onnxruntime and every embedding library; each is imported where it is first needed."""

from sediment.index.choice import embedder as embedder
from sediment.index.chroma import ChromaVectors as ChromaVectors
from sediment.index.exact import ExactVectors as ExactVectors
from sediment.index.fusion import fuse as fuse
from sediment.index.fusion import is_far as is_far
from sediment.index.passages import PassageVectors as PassageVectors
