"""Walk over the words of a text and recognise names, role nouns and capitalised sequences.

The grammar of role phrases (:mod:`publisher.linking.english`, :mod:`publisher.linking.french`)
asks questions of a :class:`Reader` by token number; nothing here decides what a name means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from publisher.gazetteer import Gazetteer, NameHit, RoleHit, Sense
from publisher.gazetteer.tokens import Token, fold, tokenize

__all__ = ["Chain", "Name", "Phrase", "Reader"]

_OWNERS = ("name", "alias", "acronym", "demonym", "metonym")
_OWNER_KINDS = ("state", "organisation", "body")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in the text: tokens ``first`` to ``last``, known people if any."""

    first: int
    last: int
    words: tuple[str, ...]
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """Role nouns in a row, the head last: *Foreign Ministry spokesperson*."""

    first: int
    last: int
    roles: tuple[RoleHit, ...]
    former: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A role phrase as read: who owns the role, which roles, whose name, at which host."""

    first: int
    last: int
    roles: tuple[RoleHit, ...]
    owner: NameHit | None = None
    name: Name | None = None
    host: NameHit | None = None
    former: bool = False


class Reader:
    """The tokens of one text with the gazetteer's names and roles found at each."""

    def __init__(self, text: str, language: str, gazetteer: Gazetteer) -> None:
        self.text = text
        self.language = language
        self.gazetteer = gazetteer
        self.tokens: list[Token] = tokenize(text)
        self.names: dict[int, NameHit] = {}
        self.roles: dict[int, RoleHit] = {}
        self._titles: list[bool] | None = None
        self._find()

    def _find(self) -> None:
        at, begun = 0, self.gazetteer.beginnings(self.language)
        while at < len(self.tokens):
            if self.tokens[at].folded not in begun:
                at += 1
                continue
            name = self.gazetteer.name_at(self.text, self.tokens, at, self.language)
            role = self.gazetteer.role_at(self.text, self.tokens, at, self.language)
            if name and ((name.last == at and self._is_region(at)) or self._is_town(name.last)):
                name = None
            if role and (name is None or role.last >= name.last):
                self.roles[at] = role
            if name and (role is None or name.last >= role.last):
                self.names[at] = name
            at = max(role.last if role else at, name.last if name else at) + 1

    def _is_region(self, at: int) -> bool:
        """*South American*: not the South that means South Korea."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        return after is not None and after.capital and self.within(at, "regions")

    def _is_town(self, last: int) -> bool:
        """*Lebanon, Ohio*: the town of that name."""
        if self.word(last + 1) != "," or not self.capital(last + 2):
            return False
        towns = self.gazetteer.words("subdivisions", self.language)
        start, ends = self.tokens[last + 2].start, [t.end for t in self.tokens[last + 2 :][:4]]
        return any(fold(self.text[start:end]) in towns for end in ends)

    def rejoined(self, head: RoleHit, owner: NameHit) -> RoleHit | None:
        """The role noun that results when the owner inside it is left out, if there is one."""
        tokens = self.tokens[head.first : head.last + 1] + self.tokens[owner.last + 1 :][:12]
        role = self.gazetteer.role_at(self.text, tokens, 0, self.language)
        length = head.last - head.first + 1
        if role is None or role.last < length:
            return None
        last = owner.last + 1 + role.last - length
        end = self.tokens[last].end
        surface = self.text[head.start : end]
        return RoleHit(head.start, end, surface, role.role, role.plural, head.first, last)

    def word(self, at: int) -> str:
        """The folded token, or an empty string past either end."""
        return self.tokens[at].folded if 0 <= at < len(self.tokens) else ""

    def capital(self, at: int) -> bool:
        """Whether there is a token and it begins with a capital letter."""
        return 0 <= at < len(self.tokens) and self.tokens[at].capital

    def within(self, at: int, purpose: str) -> bool:
        """Whether a token is in a word list."""
        return self.word(at) in self.gazetteer.words(purpose, self.language)

    def is_participle(self, at: int) -> bool:
        """*Accusing*, *Condamnant*: by its ending alone."""
        return self.word(at).endswith(
            tuple(self.gazetteer.words("participle-endings", self.language))
        )

    def owner(self, at: int) -> NameHit | None:
        """A name at a token that can own a role: a state, an organisation or a body."""
        hit = self.names.get(at)
        if hit is None or self.prefix(at) or not self.owning_sense(hit):
            return None
        # "Foreign Office" is a role noun first, Britain's only with other evidence.
        noun = at in self.roles and all(sense.weak for sense in hit.senses)
        return None if noun else hit

    def prefix(self, at: int) -> str:
        """The word joined to a token by a hyphen (``pro`` in *pro-Russian*), if one is."""
        joined = at > 1 and self.word(at - 1) == "-"
        return self.word(at - 2) if joined and self._adjacent(at) and self._adjacent(at - 1) else ""

    def suffix(self, last: int) -> str:
        """The word joined after a token by a hyphen (``based`` in *London-based*), if one is."""
        if self.word(last + 1) != "-" or not self._adjacent(last + 1):
            return ""
        return self.word(last + 2) if self.word(last + 2) and self._adjacent(last + 2) else ""

    def title_case(self, at: int) -> bool:
        """Whether the line of a token writes most words with a capital, as headlines do."""
        if self._titles is None:
            self._titles = self._title_lines()
        return self._titles[at]

    def _title_lines(self) -> list[bool]:
        flags: list[bool] = []
        line: list[Token] = []
        for token in [*self.tokens, None]:
            if token is not None and token.text != "\n":
                line.append(token)
                continue
            words = [t for t in line if t.text.isalpha() and len(t.text) > 3]
            capitals = sum(1 for t in words if t.capital)
            headline = len(words) > 2 and capitals > 0.7 * len(words) and line[-1].text != "."
            flags += [headline] * (len(line) + 1)
            line = []
        return flags

    def owning_sense(self, hit: NameHit) -> Sense | None:
        """The first sense of a hit that is an actor other than a person."""
        for sense in hit.senses:
            entity = self.gazetteer.entity(sense.entity)
            if entity and sense.how in _OWNERS and entity.kind in _OWNER_KINDS:
                return sense
        return None

    def skip(self, at: int, purpose: str) -> int:
        """The first token from ``at`` on that is not in a word list."""
        while self.within(at, purpose):
            at += 1
        return at

    def skip_modifiers(self, at: int) -> tuple[int, bool]:
        """Past modifiers of a role noun; tells whether one said the office is over."""
        former = False
        for _ in range(6):
            if self.within(at, "former"):
                former, at = True, at + 1
            elif (self.word(at) == "-" and former) or self._modifier(at):
                at += 1
            elif self.suffix(at) in self.gazetteer.words("compound-ends", self.language):
                at += 3
            else:
                break
        return at, former

    def _modifier(self, at: int) -> bool:
        return self.within(at, "modifiers") and at not in self.roles

    def possessive(self, at: int) -> int:
        """Past ``'s`` or ``'`` at a token; the same token where there is none."""
        if self.word(at) != "'":
            return at
        if self.word(at + 1) == "s" and self.tokens[at].end == self.tokens[at + 1].start:
            return at + 2
        return at + 1 if self.word(at - 1).endswith("s") else at

    def name_of_person(self, at: int, *, single: bool = True) -> Name | None:
        """A person's name that begins at a token, known or not.

        ``single`` allows one capitalised word, as after a title (*President Putin*).
        """
        start = at
        while self.within(at, "honorifics") and at + 1 < len(self.tokens):
            at = at + 2 if self.word(at + 1) == "." else at + 1
        hit = self.names.get(at)
        people = tuple(s.entity for s in hit.senses if self.is_person(s)) if hit else ()
        sequence = self._capitalised(at)
        if sequence and not people and "." in sequence.words:
            return replace(sequence, first=start, people=self._without_initials(sequence))
        if hit and people:
            last = max(hit.last, sequence.last if sequence else hit.last)
            words = tuple(t.text for t in self.tokens[at : last + 1])
            return Name(start, last, words, people)
        if sequence is None or (not single and not self._several(sequence)):
            return None
        return Name(start, sequence.last, sequence.words)

    def _without_initials(self, name: Name) -> tuple[str, ...]:
        """Known people of a name such as *Antony J. Blinken*, read without its initials."""
        words = [word for word in name.words if len(word) > 1]
        text = " ".join(words)
        hits = self.gazetteer.find(text, self.language)
        hit = hits[0] if len(hits) == 1 else None
        if hit is None or (hit.start, hit.end) != (0, len(text)):
            return ()
        return tuple(sense.entity for sense in hit.senses if self.is_person(sense))

    def is_person(self, sense: Sense) -> bool:
        """Whether a sense is a person."""
        entity = self.gazetteer.entity(sense.entity)
        return entity is not None and entity.kind == "person"

    def _several(self, name: Name) -> bool:
        return sum(1 for word in name.words if word[0].isalpha()) > 1

    def _capitalised(self, at: int) -> Name | None:
        first, last, kept = at, at - 1, 0
        words: list[str] = []
        most = 2 if self.title_case(at) else 9
        while len(words) < 9 and at < len(self.tokens):
            if sum(len(word) > 1 for word in words) >= most and not self._glued_word(at):
                break
            if self._name_word(at) or (words and self._glued_word(at)):
                last, kept = at, len(words) + 1
            elif not (words and self._inside_name(at)):
                break
            words.append(self.tokens[at].text)
            at += 1
        return Name(first, last, tuple(words[:kept])) if kept else None

    def _name_word(self, at: int) -> bool:
        token = self.tokens[at]
        if not token.capital or (len(token.text) == 1 and self.word(at + 1) == "'"):
            return False
        if self.within(at, "not-names") and not (self._glued(at) or self.suffix(at)):
            return False
        hit = self.names.get(at)
        if hit and not any(s.person_name or self.is_person(s) for s in hit.senses):
            return False
        return not self._in_role(at) or self._glued(at)

    def _in_role(self, at: int) -> bool:
        role = self.roles.get(at)
        return role is not None and (role.last > at or not role.surface[0].islower())

    def _glued(self, at: int) -> bool:
        return bool(at) and self.word(at - 1) == "-" and self._adjacent(at)

    def _adjacent(self, at: int) -> bool:
        return self.tokens[at - 1].end == self.tokens[at].start

    def _inside_name(self, at: int) -> bool:
        word = self.word(at)
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is None:
            return False
        if word in ("-", "'") and self._adjacent(at) and self._adjacent(at + 1):
            return following.text.isalpha() and not (word == "'" and following.text == "s")
        if word == "." and self._adjacent(at) and len(self.tokens[at - 1].text) == 1:
            return following.capital
        if word in self.gazetteer.words("particles", "en"):
            joined = at + 2 if following.text == "-" and self._adjacent(at + 1) else at + 1
            return self.capital(joined) or self.within(joined, "particles")
        return self._glued_word(at)

    def _glued_word(self, at: int) -> bool:
        return self._glued(at) and self.tokens[at].text.isalpha()
