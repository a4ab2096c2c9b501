"""Read a document into claims: the whole way from text to who did what to whom.

In: a :class:`~publisher.documents.Document`. Out: an
:class:`~publisher.extraction.claims.Extraction`: claims in the order of the text, the mentions
they rest on, and what was considered and not taken, with the reason.

The stages: paragraphs and their language, linked mentions, sentences (parsed only where the
lexicon has a trigger), frames, then status, source, time and number for each frame that fits.
A pure function of its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from publisher.documents import Document
from publisher.extraction import syntax
from publisher.extraction.attribution import Source, carrying_source, quote_speaker, read_source
from publisher.extraction.circumstances import Circumstances
from publisher.extraction.claims import Claim, Considered, Extraction, Party
from publisher.extraction.counting import Counting
from publisher.extraction.discourse import state_of
from publisher.extraction.ellipsis import read_repeated
from publisher.extraction.frames import match
from publisher.extraction.judgements import (
    charge,
    doom,
    governed,
    is_worded,
    judgement,
    may_be_held,
    obligation,
    promise,
    statement,
)
from publisher.extraction.kinds import expressions
from publisher.extraction.layout import entries_of_a_list, speakers_of
from publisher.extraction.mentioned import most_named, to_party
from publisher.extraction.merging import answer_claims, merge_claims
from publisher.extraction.modality import Modality, read_modality
from publisher.extraction.parties import PartyReader
from publisher.extraction.preparation import prepare
from publisher.extraction.reading import Reading, Rejected
from publisher.extraction.selection import (
    Candidate,
    chosen,
    is_charge,
    without_carriers,
    without_mere_promises,
)
from publisher.extraction.surroundings import beginnings
from publisher.gazetteer import Gazetteer
from publisher.language import Sentence
from publisher.lexicon import Entry, Evoked, Lexicon, load_lexicon
from publisher.linking import link

__all__ = ["MAX_QUOTE", "extract_claims"]

#: The longest quotation that a selector carries, in code points (the ontology's shapes agree).
MAX_QUOTE = 300

_VERBAL = frozenset({"VERB", "AUX"})
_PAIR, _FIRST_WORDS, _RECENT = 2, 3, 4
_GIVEN = frozenset({"Announced", "CalledFor", "Threatened", "Ongoing"})
_UNSURE = frozenset({"Alleged", "Denied"})
_SAID = frozenset({"anaphoric", "towards"})
_UNDONE = _UNSURE | {"CalledFor"}


def extract_claims(
    document: Document, lexicon: Lexicon | None = None, gazetteer: Gazetteer | None = None
) -> Extraction:
    """Read the claims of a document.

    Args:
        document: text, language and date of publication (times are resolved against it).
        lexicon: frames; the project's own if not given.
        gazetteer: names; the project's own if not given.
    """
    return _DocumentReader(
        document, lexicon or load_lexicon(), gazetteer or Gazetteer.load()
    ).extract()


class _DocumentReader:
    """Holds what is known of one document while it is read."""

    def __init__(self, document: Document, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.document = document
        self.text = document.text
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        prepared = prepare(document, lexicon, gazetteer)
        self.published = prepared.published
        self.paragraphs, self.mentions = prepared.paragraphs, prepared.mentions
        self.sentences, self.dateline = prepared.sentences, prepared.dateline
        self.reader = PartyReader(lexicon)
        self.reader.discourse.topic = most_named(self.mentions)
        self.circumstances = Circumstances(self.text, self.published, self.paragraphs, lexicon)
        self.counting = Counting(self.text, lexicon)
        self.entries = lexicon.by_iri
        self.claims: list[Claim] = []
        self.considered: list[Considered] = []
        self.voice = self._publisher()

    def extract(self) -> Extraction:
        """Read sentence by sentence, then bring together what is said alike."""
        sentences = self.sentences
        speakers = speakers_of(self.text, self.paragraphs, self.mentions)
        last_speaker: tuple[Party, ...] = ()
        entries = entries_of_a_list(self.text, self.paragraphs)
        for index, sentence in enumerate(sentences):
            if sentence.paragraph in entries:
                entries.remove(sentence.paragraph)
                self.reader.discourse.begin_entry(self.paragraphs[sentence.paragraph].start)
            signed = speakers.get(sentence.paragraph)
            self._note_mentions(sentence)
            if not sentence.parsed:
                continue
            self._note_subject(sentence)
            speaker = quote_speaker(sentence, self.reader, self.lexicon)
            quoted = self._quoted_speaker(sentence, sentences, index, last_speaker)
            first_person = signed or speaker or quoted or self.voice
            self.reader.speaker = first_person[0] if first_person else None
            self.claims.extend(self._read_sentence(sentence, signed, quoted))
            self.circumstances.observe(sentence)
            last_speaker = speaker or last_speaker
            self.reader.last_speaker = last_speaker[0] if last_speaker else None
        claims = answer_claims(merge_claims(self.claims, self.text), self._is_answer)
        return Extraction(tuple(claims), tuple(self.mentions), tuple(self.considered))

    def _is_answer(self, claim: Claim) -> bool:
        """Whether the words of a claim's sentence call the deed an answer (*in retaliation*)."""
        text = self.text[claim.sentence_start : claim.sentence_end].lower()
        languages = {p.language for p in self.paragraphs if p.start <= claim.start < p.end}
        words = (w for lang in languages for w in self.lexicon.members(lang, "answer"))
        return any(word in text and re.search(rf"\b{re.escape(word)}", text) for word in words)

    def _publisher(self) -> tuple[Party, ...]:
        """Whose *we* it is in a statement: the ministry or organisation that published it."""
        name = self.document.publisher or ""
        language = self.document.language or "en"
        named = link(name, language, self.document.published, self.gazetteer) if name else ()
        return tuple(to_party(m) for m in named[:1])

    def _note_mentions(self, sentence: Sentence) -> None:
        for index, mentions in sorted(sentence.mentions.items()):
            token = sentence.doc[index]
            subject = _is_main_subject(token) if sentence.parsed else index < _FIRST_WORDS
            for mention in mentions:
                # "a UK-based group, in the city": not a city of the UK
                if mention.how != "demonym" and token.dep_ != "npadvmod":
                    self.reader.discourse.note(to_party(mention), subject, mention.surface)
            first = subject and sentence.parsed and token.dep_ != "conj"
            if first and any(c.dep_ == "conj" for c in token.children):
                self.reader.discourse.note_named_together(self.reader.read(token, sentence))

    def _note_subject(self, sentence: Sentence) -> None:
        """*The resolution calls on Lima. It also asks*: the subject that a noun stands for."""
        for token in sentence.tokens:
            bare = token.pos_ in ("NOUN", "PROPN") and sentence.mention(token) is None
            if bare and token.head.dep_ == "ROOT" and _is_main_subject(token):
                found = self.reader.read(token, sentence)
                start = sentence.offsets[token.i][0]
                for party in found[:1]:
                    self.reader.discourse.note(replace(party, start=start), True)

    # -- one sentence -----------------------------------------------------------------------

    def _read_sentence(
        self, sentence: Sentence, signed: tuple[Party, ...] | None, quoted: tuple[Party, ...]
    ) -> list[Claim]:
        candidates: list[Candidate] = []
        if sentence.doc[-1].text == "?":
            return []
        for token in sentence.tokens:
            evoked = self._evoked(token, sentence)
            if not evoked and not self.lexicon.may_judge(sentence.language, token.lower_):
                continue
            spoken = self._spoken(token, evoked, sentence, signed, quoted)
            if spoken is not None:
                candidates.append(spoken)
            readings = self._readings(token, evoked, sentence)
            if not readings:
                continue
            for best in chosen(readings):
                if self._echoes(best, sentence):
                    continue
                claim = self._claim(best.mutually(), sentence, signed, quoted)
                if claim is not None:
                    idiom = best.entry.part_of_speech == "verb" and bool(best.entry.fixed)
                    candidates.append(Candidate(claim, best.verb.i, best.head.i, idiom))
                    self._note_deed(claim, guessed=best.guessed)
        candidates = without_mere_promises(candidates, sentence)
        kept = [c.claim for c in without_carriers(candidates, sentence)]
        earlier = [*self.claims, *kept]
        for reading in read_repeated(
            sentence, self.text, earlier, self.lexicon, self.entries, self.reader
        ):
            claim = self._claim(reading, sentence, signed, quoted)
            if claim is not None:
                kept.append(claim)
                self._note_deed(claim)
        said = None if kept else statement(sentence, self.reader, self.lexicon)
        if said is not None and not self._goes_on(said, sentence):
            done = Modality("Occurred", "")
            kept.append(self._assembled(said, sentence, done, said.verb, None, said.actors))
        return kept

    def _goes_on(self, said: Reading, sentence: Sentence) -> bool:
        """Whether a speaker of whom the paragraph has told something goes on speaking."""
        paragraph = self.paragraphs[sentence.paragraph]
        speakers = {p.entity.iri for p in said.actors}
        return any(
            claim.sentence_start >= paragraph.start
            and speakers & {p.entity.iri for p in (*claim.actors, *claim.stated_by)}
            for claim in self.claims[-_RECENT:]
        )

    def _note_deed(self, claim: Claim, *, guessed: bool = False) -> None:
        """For *accused Lithuania of this and urged it to stop*, *the two leaders*."""
        if claim.status not in _UNDONE:
            sure = () if guessed else claim.recipients
            self.reader.discourse.note_deed(claim.actors, sure, claim.event_type)
            self.reader.discourse.note_place(claim.actors, sure, claim.sentence_start)
            entry = self.lexicon.by_iri.get(claim.frame)
            if entry is not None and not entry.readings & _SAID:
                self.reader.discourse.note_act(claim.actors, claim.event_type)
            if len(claim.actors) == len(sure) == 1:
                self.reader.discourse.paired_at = claim.sentence_start
        if claim.participants:
            self.reader.discourse.together = claim.participants
            self.reader.discourse.note_group(claim.participants)
        if len(claim.participants) == _PAIR:
            self.reader.discourse.pair = claim.participants
            self.reader.discourse.paired_at = claim.sentence_start

    def _echoes(self, reading: Reading, sentence: Sentence) -> bool:
        """*Pompeo also discussed Syria with Lavrov* goes on about the call just told."""
        named = any(sentence.start <= p.start < sentence.end for p in reading.participants)
        if reading.participants and not named and _is_definite(reading.head):
            # "The call was the first between the countries": the call that was told of.
            return any(c.event_type == reading.entry.event_type for c in self.claims)
        if "echo" not in reading.entry.readings:
            return False
        states = {state_of(p) for p in reading.participants}
        return any({state_of(p) for p in c.participants} >= states for c in self.claims)

    def _readings(
        self, token: Token, evoked: Sequence[Evoked], sentence: Sentence
    ) -> list[Reading]:
        """Try the frames whose words the sentence has, each once, in the order of their names."""
        there = beginnings(sentence)
        entries = {entry.iri: entry for form in evoked for entry in form.among(there)}
        found: list[Reading] = []
        for iri in sorted(entries):
            result = match(token, entries[iri], sentence, self.reader, self.lexicon)
            if isinstance(result, Rejected):
                start, end = sentence.offsets[token.i]
                self.considered.append(Considered(start, end, iri, result.reason))
            else:
                found.append(result)
        return found

    def _spoken(
        self,
        token: Token,
        evoked: Sequence[Evoked],
        sentence: Sentence,
        signed: tuple[Party, ...] | None,
        quoted: tuple[Party, ...],
    ) -> Candidate | None:
        """What is done by saying it: *Russia must withdraw*, *the move was unjustified*."""
        modal = [entry for form in evoked for entry in form.modal]
        if modal and governed(token) is None:
            modal = []
        worded = (e for form in evoked for e in form.charged if is_worded(token, e))
        charged = next(worded, None)
        if not modal and not charged and not may_be_held(token, self.lexicon):
            return None
        # "must withdraw" hangs on its verb; "has to withdraw" holds it.
        below = modal and (token.lang_ != "en" or token.tag_ == "MD")
        source = read_source(token.head if below else token, sentence, self.reader, self.lexicon)
        speakers = tuple(source.parties if source else (signed or quoted))
        if modal:
            reading = (
                obligation(token, modal, speakers, sentence, self.reader)
                or doom(token, modal, speakers, sentence, self.reader)
                or promise(token, modal, speakers, sentence, self.reader, self.lexicon)
            )
        else:
            reading = None
            if charged:
                reading = charge(token, charged, speakers, sentence, self.reader, self.lexicon)
            reading = reading or judgement(token, speakers, sentence, self.reader, self.lexicon)
        if reading is None:
            return None
        done = Modality("Occurred", "")
        claim = self._assembled(reading, sentence, done, reading.verb, source, speakers)
        promised = bool(modal) and "must" not in reading.entry.readings
        return Candidate(claim, token.head.i if promised else token.i, token.i)

    def _evoked(self, token: Token, sentence: Sentence) -> tuple[Evoked, ...]:
        lemma, form = sentence.lemmas[token.i], token.lower_
        forms = (lemma,) if lemma == form else (lemma, form)
        return self.lexicon.evoked(sentence.language, *forms)

    def _claim(
        self,
        reading: Reading,
        sentence: Sentence,
        signed: tuple[Party, ...] | None,
        quoted: tuple[Party, ...],
    ) -> Claim | None:
        entry = reading.entry
        anchor = reading.verb if reading.verb.pos_ in _VERBAL else reading.head
        modality = read_modality(anchor, entry, self.lexicon, headline=sentence.headline)
        if modality.status is not None and anchor.i != reading.head.i:
            modality = self._carried(modality, anchor)
        if modality.status is None:
            start, end = sentence.span([reading.head])
            self.considered.append(Considered(start, end, entry.iri, modality.reason))
            return None
        if reading.general and not reading.recipients and modality.status in _UNSURE:
            return None
        source = read_source(anchor, sentence, self.reader, self.lexicon)
        if source is None and anchor.i != reading.head.i and reading.head.dep_ != "pobj":
            source = carrying_source(anchor, sentence, self.reader, self.lexicon)
        stated_by = source.parties if source else (signed or quoted)
        if not stated_by and self._is_said(anchor, entry):
            # "Washington said it had received no such request": who denies it says so.
            stated_by = reading.actors
        if "hostile" in entry.readings and is_charge(reading, stated_by, modality):
            modality = replace(modality, status="Alleged")
        return self._assembled(reading, sentence, modality, anchor, source, stated_by)

    def _is_said(self, verb: Token, entry: Entry) -> bool:
        """Whether an event is evoked by a verb of saying: *said no to*, *said it would act*."""
        said = self.lexicon.look_up(verb.lang_, verb.lemma_.lower())
        expressed = (entry.event_type or "") in expressions()
        return expressed and any("states" in e.readings for e in said)

    def _assembled(
        self,
        reading: Reading,
        sentence: Sentence,
        modality: Modality,
        anchor: Token,
        source: Source | None,
        stated_by: Sequence[Party],
    ) -> Claim:
        start, end = self._quote(reading, sentence)
        status = modality.status or "Occurred"
        time = self.circumstances.time(reading, anchor, sentence, modality.tense, status)
        if status == "Occurred" and time is not None and time.start > self.published:
            if modality.tense == "past":
                time = None
            else:
                status = "Announced"
        self.circumstances.note(time, sentence, reading)
        return Claim(
            event_type=reading.entry.event_type or "Statement",
            actors=reading.actors,
            recipients=reading.recipients,
            participants=reading.participants,
            status=status,
            stated_by=tuple(stated_by),
            certainty=None,
            counts=self.counting.counts(reading, sentence),
            time=time,
            place=None,
            start=start,
            end=end,
            frame=reading.entry.iri,
            same_as=None,
            in_response_to=None,
            part_of=None,
            sentence_start=sentence.start,
            sentence_end=sentence.end,
        )

    def _carried(self, modality: Modality, verb: Token) -> Modality:
        """A support verb gives its noun a status of its own: *plan*, *threaten*, *call for*."""
        found = self.lexicon.governing(verb.lang_, verb.lemma_.lower())
        entries = [e for e in found if e.part_of_speech != "noun" or verb.pos_ not in _VERBAL]
        carriers = [e for e in entries if e.kind == "support"]
        for entry in carriers or [e for e in entries if e.kind == "operator"]:
            if entry.status in _GIVEN and modality.status in ("Occurred", "Ongoing"):
                return replace(modality, status=entry.status)
        return modality

    def _quote(self, reading: Reading, sentence: Sentence) -> tuple[int, int]:
        """The shortest stretch that holds the frame and its arguments, at most 300 characters."""
        tokens = set(reading.arguments) | {reading.head, reading.verb}
        for token in list(reading.arguments):
            if token.pos_ in _VERBAL:
                continue
            tokens.add(token.left_edge)
        start, end = sentence.span(tokens)
        for party in reading.parties:
            if sentence.start <= party.start and party.end <= sentence.end:
                start, end = min(start, party.start), max(end, party.end)
        if end - start > MAX_QUOTE:
            start, end = sentence.span([reading.head, reading.verb])
        return start, min(end, start + MAX_QUOTE)

    def _quoted_speaker(
        self, sentence: Sentence, sentences: Sequence[Sentence], index: int, last: tuple[Party, ...]
    ) -> tuple[Party, ...]:
        """For a sentence that is all quotation, look at the sentences beside it."""
        content = self.text[sentence.start : sentence.end].strip()
        if not content or content[0] not in "\"“«'‘":
            return ()
        for other in (sentence, *sentences[index + 1 : index + 2]):
            if other.paragraph == sentence.paragraph and other.parsed:
                found = quote_speaker(other, self.reader, self.lexicon)
                if found:
                    return found
        return last


def _is_main_subject(token: Token) -> bool:
    labels = syntax.scheme(token)
    while token.dep_ == "conj" and token.head.pos_ in ("NOUN", "PROPN"):
        # "Prime Minister and Foreign Minister Smith denied it"
        token = token.head
    verb = token.head
    # "Paris expelled the envoy, it said": the sentence is about Paris.
    told = verb.dep_ == "ccomp" and verb.i < verb.head.i
    above = verb.head if verb.dep_ == "conj" or told else verb
    return token.dep_ in labels.subject | labels.subject_passive and above.dep_ == "ROOT"


def _is_definite(noun: Token) -> bool:
    return noun.pos_ == "NOUN" and any("Definite=Def" in str(c.morph) for c in noun.children)
