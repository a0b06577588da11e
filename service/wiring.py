"""The one composition root: settings become a coach.

Nothing else constructs what it depends on; tests pass their own writer here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from knowledge import answers, prototypes, situations
from knowledge.answers import AnswerFinder, load_answers
from knowledge.article import builtin_articles
from knowledge.chroma import Chroma, embedded, server
from knowledge.encoder import Encoder, MiniLMEncoder
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.resources import load_resources
from knowledge.retriever import Retriever, Weights
from knowledge.side_reader import SideReader
from knowledge.situations import SituationFinder, load_situations
from knowledge.store import ArticleStore, check_writable
from knowledge.tactics import Tactics, load_tactics
from service.coach import Coach
from service.flow.context import Clock, Context, utc_now
from service.flow.graph import build_graph
from service.guardrails.articles import ArticleAuditor
from service.guardrails.classifier import ClassifierDetector, GuardModel
from service.guardrails.consent import ConsentDetector
from service.guardrails.grounding import Grounding
from service.guardrails.guardrail import Detector
from service.guardrails.judge import ModelJudge
from service.guardrails.language import LanguageDetector
from service.guardrails.messages import ScreenedMessages
from service.guardrails.patterns import rule_detectors
from service.guardrails.screen import Screen
from service.handover import Handover
from service.memory.sessions import SessionStore
from service.metrics import Metrics
from service.settings import EMBEDDED, Settings
from service.writing.answering import Answering
from service.writing.composer import Composer
from service.writing.gateway import Gateway, Limits, close_connections
from service.writing.listening import Listening
from service.writing.litellm_writer import LiteLLMWriter
from service.writing.message_coach import MessageCoach
from service.writing.rehearsal import Rehearsal
from service.writing.retelling import Retelling
from service.writing.spending import Spending
from service.writing.units import load_phrases
from service.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Workshop:
    """The parts that need no event loop: knowledge and guards. The command line uses them on their own."""

    library: Library
    retriever: Retriever
    sides: SideReader
    screen: Screen
    composer: Composer
    grounding: Grounding


def build_library(settings: Settings, encoder: Encoder) -> Library:
    """Articles, their store and their index, opened but not yet brought up to date.

    Raises:
        DataFolderError: the data folder cannot be written.
        IndexUnavailable: the index's server cannot be reached.
    """
    index = PassageIndex(build_chroma(settings), encoder)
    lexical = LexicalIndex(settings.data_dir / "index" / "words.sqlite3")
    store = ArticleStore(settings.data_dir / "articles.sqlite3")
    library = Library(store, index, lexical, ArticleAuditor(load_tactics()), builtin_articles())
    if index.rebuilt_from_damage:
        library.sync_all()
    return library


def build_chroma(settings: Settings) -> Chroma:
    """The index's home: a folder, or the server that settings name.

    Raises:
        DataFolderError: the folder cannot be written.
        IndexUnavailable: the server cannot be reached.
    """
    folder = settings.data_dir / "index"
    check_writable(folder)
    if settings.chroma_url is None:
        return embedded(folder)
    token = settings.chroma_token
    return server(settings.chroma_url, token.get_secret_value() if token else None)


def open_library(settings: Settings) -> Library:
    """What importing needs, without search, guards of turns and writers."""
    return build_library(settings, MiniLMEncoder())


def build_search(settings: Settings) -> tuple[Library, Retriever]:
    """What importing and searching need, without guards and writers."""
    encoder = MiniLMEncoder()
    library = build_library(settings, encoder)
    return library, build_retriever(library, encoder, SideReader())


def build_finder(encoder: Encoder) -> SituationFinder:
    """What tells situations."""
    told = load_situations()
    return SituationFinder(told, prototypes.load("situations", situations.wordings(told), encoder))


def build_retriever(library: Library, encoder: Encoder, sides: SideReader, weights: Weights | None = None) -> Retriever:
    """What searches the articles of a library."""
    return Retriever(library.index, library.lexical, build_finder(encoder), encoder, sides, weights)


def build_screen(settings: Settings) -> Screen:
    """The guards, which need neither articles nor sessions.

    Raises:
        KnowledgeDataError: packaged data is malformed.
        ConfigurationError: no provider is known for the judge model.
    """
    tactics = load_tactics()
    detectors: tuple[Detector, ...] = (
        *rule_detectors(),
        ConsentDetector(),
        LanguageDetector(),
        ClassifierDetector(GuardModel()),
    )
    return Screen(detectors, tactics, build_judge(settings, tactics))


def build_workshop(settings: Settings) -> Workshop:
    """Everything but sessions and writer, ready to serve: indexes are up to date when this returns.

    Raises:
        DataFolderError: the data folder cannot be written.
        KnowledgeDataError: packaged data is malformed.
    """
    encoder = MiniLMEncoder()
    library = build_library(settings, encoder)
    library.sync()
    finder = build_finder(encoder)
    screen = build_screen(settings)
    sides = SideReader()
    retriever = build_retriever(library, encoder, sides)
    message_coach = MessageCoach(ScreenedMessages(screen), load_phrases("messages"))
    phrases = load_phrases()
    specialists = (Rehearsal(load_phrases("practice")), Retelling(phrases), message_coach)
    articles = {article.name: article for article in builtin_articles()}
    written = load_answers()
    meeting = AnswerFinder(written, prototypes.load("answers", answers.wordings(written), encoder), encoder)
    listening = Listening(phrases, load_phrases("feelings"))
    composer = Composer(
        load_situations(), phrases, finder, encoder, articles, Answering(meeting), listening, specialists
    )
    return Workshop(library, retriever, sides, screen, composer, Grounding(encoder))


def preflight(settings: Settings) -> None:
    """Find what would keep a server from starting, before one is started.

    Raises:
        DataFolderError: the data folder cannot be written.
        ConfigurationError: no provider is known for a model.
        IndexUnavailable: the Chroma server does not answer.
    """
    check_writable(settings.data_dir)
    if settings.model != EMBEDDED:
        build_gateway(settings)
    if settings.judge_model is not None:
        Gateway(settings.judge_model).check("COACH_JUDGE_MODEL")
    if settings.chroma_url is not None:
        build_chroma(settings).close()


def build_judge(settings: Settings, tactics: Tactics) -> ModelJudge | None:
    """The judge that settings name, if any.

    Raises:
        ConfigurationError: no provider is known for the model.
    """
    if settings.judge_model is None:
        return None
    gateway = Gateway(settings.judge_model, None, Limits(settings.judge_timeout, settings.model_max_tokens, 0))
    gateway.check("COACH_JUDGE_MODEL")
    return ModelJudge(gateway, tactics, redact=settings.redact)


def build_writer(settings: Settings, composer: Composer) -> Writer:
    """The writer that settings name.

    Raises:
        ConfigurationError: no provider is known for the model.
    """
    if settings.model == EMBEDDED:
        return composer
    return LiteLLMWriter(build_gateway(settings), redact=settings.redact)


def build_gateway(settings: Settings) -> Gateway:
    """The way to the models that draft.

    Raises:
        ConfigurationError: no provider is known for one of them.
    """
    limits = Limits(settings.model_timeout, settings.model_max_tokens, settings.model_retries)
    spending = Spending(settings.model_budget)
    gateway = Gateway(settings.model, settings.model_api_base, limits, settings.fallback_models, spending)
    gateway.check("COACH_MODEL")
    return gateway


@asynccontextmanager
async def open_coach(
    settings: Settings, writer: Writer | None = None, workshop: Workshop | None = None, clock: Clock = utc_now
) -> AsyncIterator[Coach]:
    """A coach that is ready to talk, until the context ends. A `workshop` that is given is used as it is."""
    own = workshop is None
    if workshop is None:
        workshop = await asyncio.to_thread(build_workshop, settings)
    drafting = writer or build_writer(settings, workshop.composer)
    async with SessionStore.open(settings.data_dir / "sessions.sqlite3") as sessions:
        context = Context(
            screen=workshop.screen,
            retriever=workshop.retriever,
            sides=workshop.sides,
            writer=drafting,
            composer=workshop.composer,
            tactics=load_tactics(),
            resources=load_resources(),
            grounding=workshop.grounding,
            release=settings.release,
            turn_timeout=settings.turn_timeout,
            clock=clock,
        )
        handover = Handover(settings.handover_url, settings.handover_content) if settings.handover_url else None
        yield Coach(build_graph(sessions.saver), build_graph(), context, sessions, settings.locale, Metrics(), handover)
        if handover is not None:
            await handover.close()
        if settings.model != EMBEDDED or settings.judge_model is not None:
            await close_connections()
    if own:
        workshop.library.index.close()
