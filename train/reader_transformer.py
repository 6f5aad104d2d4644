"""The network of the accurate span reader: a transformer that reads the question and a passage as one text.

The encoder starts from English (`train/encoder.py`) and from translations (`train/multilingual.py`). Each token is also
told what its letters look like, how rare it is and how well it matches the question's words; on top stand the heads of
the small reader.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.tokens import SHAPES
from train.encoder import HIDDEN, Encoder
from train.reader_heads import TOKEN_MATCHES, Heads, Kinds, Scores, sentence_matches, token_matches

NARROW = 96
"""Width of the vectors by which words in context are compared."""
DROPOUT = 0.1


class TransformerReader(nn.Module):
    """Scores every token and sentence of the passages as an answer to their question."""

    def __init__(self, rows: int, dimensions: int) -> None:
        super().__init__()
        self.encoder = Encoder(rows, dimensions)
        self.marks = nn.Linear(SHAPES + 2 + TOKEN_MATCHES, HIDDEN)
        self.weight = nn.Linear(HIDDEN + SHAPES + 2, 1)
        self.key, self.query = nn.Linear(HIDDEN, NARROW), nn.Linear(HIDDEN, NARROW)
        self.heads = Heads(HIDDEN)
        self.dropout = nn.Dropout(DROPOUT)
        nn.init.zeros_(self.marks.weight)
        nn.init.zeros_(self.marks.bias)

    def forward(  # noqa: PLR0913, PLR0917 — the arrays of qa.span_reader.Inputs, in its order
        self,
        vectors: Tensor,
        rows: Tensor,
        bare: Tensor,
        idf: Tensor,
        question: Tensor,
        question_shapes: Tensor,
        owner: Tensor,
        passage: Tensor,
        shapes: Tensor,
        members: Tensor,
    ) -> Scores:
        """Logits; see qa.span_reader.Inputs for the shapes of the arrays."""
        sizes = vectors.norm(dim=-1, keepdim=True)
        unit = vectors / (sizes + 1e-6)
        embedded = self.encoder.words(rows, unit)
        facts = torch.cat([idf[:, None], sizes / 4], -1)
        there, asked = (passage > 0).float(), (question > 0).float()
        asked_marks = torch.cat([question_shapes, facts[question]], -1)
        weight = functional.softplus(self.weight(torch.cat([embedded[question], asked_marks], -1))[..., 0]) * asked
        weight = (weight / (weight.sum(-1, keepdim=True) + 1e-6))[owner]

        question_there = question[owner]
        exact = (passage[:, :, None] == question_there[:, None, :]).float() * there[..., None]
        folded = (bare[passage][:, :, None] == bare[question_there][:, None, :]).float() * there[..., None]
        cosine = unit[passage] @ unit[question_there].transpose(1, 2)
        by_token = token_matches(Kinds(exact, folded, cosine, cosine), weight)

        marks = torch.cat([shapes, facts[passage], by_token], -1)
        asked_marks = functional.pad(asked_marks, (0, TOKEN_MATCHES))
        text = embedded[passage] + self.marks(marks)
        asking = (embedded[question] + self.marks(asked_marks))[owner]
        hidden = self.read(asking, asked[owner], text, there)
        size = question.size(1)
        whole, asking, text = hidden[:, 0], hidden[:, 1 : size + 1], hidden[:, size + 2 :]

        key = functional.normalize(self.key(text), dim=-1)
        query = functional.normalize(self.query(asking), dim=-1)
        near = (key @ query.transpose(1, 2)) * asked[owner][:, None]
        by_sentence = sentence_matches(
            Kinds(exact, folded, cosine, near), weight, members, vectors, passage, question_there
        )
        scores: Scores = self.heads(self.dropout(text), self.dropout(whole), by_sentence, members, there[..., None])
        return scores

    def read(self, asking: Tensor, asked: Tensor, text: Tensor, there: Tensor) -> Tensor:
        """Opening mark, question, closing mark, passage in context: [pieces, 2 + question + passage, HIDDEN]."""
        opening, closing = (self.encoder.borders[side].expand(text.size(0), 1, -1) for side in (0, 1))
        count = asked.sum(-1, keepdim=True).long()
        places = torch.arange(asked.size(1), device=asked.device)[None] + torch.ones_like(count)
        after = torch.arange(text.size(1), device=asked.device)[None] + count + 2
        positions = torch.cat([torch.zeros_like(count), places, count + 1, after], 1)
        kinds = (positions > count + 1).long()
        present = torch.cat([torch.ones_like(asked[:, :1]), asked, torch.ones_like(asked[:, :1]), there], 1)
        hidden: Tensor = self.encoder(torch.cat([opening, asking, closing, text], 1), positions, kinds, present)
        return hidden
