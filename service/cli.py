"""The command line: JSON lines on standard output, everything else on standard error.

Heavy modules are imported by the commands that need them, so that `coach --help` answers at once.
Exit codes: 0 done, 1 a gate failed or files were rejected, 2 bad use.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.errors import TrustCoachError
from service.terminal import emit, fail, json_lines, say

if TYPE_CHECKING:
    from knowledge.passages import Passage
    from service.guardrails.screen import Screen

app = typer.Typer(
    name="coach",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Trust Coach: coaching for people who want to rebuild trust, guarded against manipulation and pressure.",
)

Collection = Annotated[str, typer.Option(help="Name of a collection of articles.")]


def main() -> None:
    """Run a command; what a person can mend is told in one line."""
    try:
        app()
    except TrustCoachError as error:
        fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What you want to say to the coach.")],
    session: Annotated[str | None, typer.Option(help="Continue this conversation.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reply object on one line.")] = False,
) -> None:
    """One turn."""
    from service.inputs import check_session, check_text

    check_text(text, "TEXT")
    if session is not None:
        check_session(session)

    async def turn() -> None:
        from service.settings import load_settings
        from service.wiring import open_coach

        async with open_coach(load_settings()) as coach:
            reply = await coach.chat(text, session)
        if as_json:
            print(reply.model_dump_json())
            return
        print(reply.reply)
        for citation in reply.citations:
            say(f"{citation.marker} {citation.title} ({citation.article})")

    asyncio.run(turn())


@app.command()
def chat(session: Annotated[str | None, typer.Option(help="Continue this conversation.")] = None) -> None:
    """A conversation in the terminal."""
    from service.talk import converse

    asyncio.run(converse(session))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
) -> None:
    """The API."""
    import uvicorn

    from service.settings import load_settings
    from service.wiring import build_workshop, preflight

    settings = load_settings()
    preflight(settings)
    if workers > 1:
        # The index is written once, before the workers open it to read.
        build_workshop(settings)
    uvicorn.run(
        "service.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="info",
        timeout_graceful_shutdown=10,
    )


@app.command()
def review(
    text: Annotated[str | None, typer.Argument(help="What to judge.")] = None,
    surface: Annotated[str, typer.Option(help="user_message, coach_draft or message_to_ex.")] = "user_message",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read cases from standard input, a line each.")] = False,
) -> None:
    """The guards alone."""
    from knowledge.tactics import SURFACES

    if (text is None) != jsonl:
        fail("give a TEXT, or --jsonl and cases on standard input")
    if surface not in SURFACES:
        fail(f"--surface is one of {', '.join(SURFACES)}")
    from service.settings import load_settings
    from service.wiring import build_screen

    screen = build_screen(load_settings())
    rows = json_lines() if text is None else iter([{"id": None, "surface": surface, "text": text}])
    asyncio.run(_review_all(screen, rows))


async def _review_all(screen: "Screen", rows: Iterator[dict[str, Any]]) -> None:
    from pydantic import ValidationError

    from service.api.review import ReviewBody
    from service.guardrails.review import review as judged
    from service.inputs import check_text

    for number, row in enumerate(rows, start=1):
        try:
            case = ReviewBody.model_validate(row)
        except ValidationError as error:
            problem = error.errors(include_input=False)[0]
            fail(f"line {number}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}")
        check_text(case.text, f"line {number}: text")
        verdict = await judged(screen, case.surface, case.text, case.history)
        emit({"id": row.get("id"), **verdict.model_dump(mode="json")})


@app.command()
def ingest(
    targets: Annotated[list[str] | None, typer.Argument(help="Files, folders and https:// addresses.")] = None,
    collection: Collection = "coaching",
    review: Annotated[bool, typer.Option("--review", help="List what the audit holds back, a JSON line each.")] = False,
    release: Annotated[str | None, typer.Option(metavar="ID", help="Index what is held under this id.")] = None,
) -> None:
    """Import articles into a collection."""
    from knowledge.fetching import Fetcher
    from knowledge.store import check_collection
    from service import importing

    check_collection(collection)
    if bool(targets) + review + (release is not None) != 1:
        fail("give files, folders or addresses to import, or --review, or --release ID")
    chosen = importing.sources(targets or (), Fetcher())
    from service.settings import load_settings
    from service.wiring import open_library

    library = open_library(load_settings())
    if review:
        importing.review(library, collection)
    elif release is not None:
        importing.release(library, collection, release)
    elif not importing.ingest(library, chosen, collection):
        raise typer.Exit(1)


@app.command()
def passages(
    collection: Collection = "coaching",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """Every stored passage."""
    from service.settings import load_settings
    from service.wiring import open_library

    library = open_library(load_settings())
    library.sync(collection)
    for passage in library.passages(collection):
        if jsonl:
            emit(_told(passage))
        else:
            print(f"{passage.id}\n{passage.text}\n")


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    collection: Collection = "coaching",
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="Passages wanted.")] = 5,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read queries from standard input, a line each.")] = False,
) -> None:
    """Passages for a query, best first."""
    from knowledge.store import check_collection

    if (query is None) != jsonl:
        fail("give a QUERY, or --jsonl and queries on standard input")
    check_collection(collection)
    from service.settings import load_settings
    from service.wiring import build_search

    library, retriever = build_search(load_settings())
    library.sync(collection)
    rows = iter([{"id": None, "query": query}]) if query is not None else json_lines()
    for number, row in enumerate(rows, start=1):
        if not isinstance(row.get("query"), str):
            fail(f"line {number}: 'query' is missing")
        found = retriever.search(row["query"], collection, k)
        ranked = [
            {"rank": rank, **_told(passage), "score": round(passage.score, 4)}
            for rank, passage in enumerate(found.passages, start=1)
        ]
        emit({"id": row.get("id"), "covered": found.covered, "passages": ranked})


@app.command("eval")
def evaluate(
    tasks: Annotated[list[str] | None, typer.Argument(metavar="[TASK]...", help="Tasks; without any, all.")] = None,
    model: Annotated[str | None, typer.Option(help="Who writes: embedded, or a LiteLLM model string.")] = None,
    report: Annotated[Path | None, typer.Option(help="Folder for report.html, report.json and logs.")] = None,
    against: Annotated[Path | None, typer.Option(help="An earlier report.json to compare with.")] = None,
    url: Annotated[str | None, typer.Option(help="A running coach; without it, one in this process.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="A part of the cases, in a minute or two.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last run that was interrupted.")] = False,
) -> None:
    """The offline suite: how well the coach does, by numbers; exits 1 where a gate is missed."""
    from service.plugins import load_command

    run = load_command("eval", "The evaluation suite is not installed here: in the project, `uv sync --group evals`.")
    asked = {"tasks": tuple(tasks or ()), "model": model, "report": report, "against": against, "url": url}
    raise typer.Exit(run(**asked, fast=fast, resume=resume))


def _told(passage: "Passage") -> dict[str, str]:
    return {"id": passage.id, "article": passage.article, "title": passage.title, "text": passage.text}


if __name__ == "__main__":
    main()
