"""Sessions on SQLite: one checkpoint a session, deletion that stays final."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from knowledge.errors import DataFolderError


class LatestSqliteSaver(AsyncSqliteSaver):
    """Keeps only the latest checkpoint of a thread, in the transaction that writes it: the file does not grow."""

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        await self.setup()
        await self._drop_older(str(config["configurable"]["thread_id"]), checkpoint["id"])
        return await super().aput(config, checkpoint, metadata, new_versions)

    async def _drop_older(self, thread: str, kept: str) -> None:
        # No commit here: the insert that follows commits both, so a crash between them loses nothing.
        async with self.lock:
            await self.conn.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?", (thread, kept))
            await self.conn.execute("DELETE FROM writes WHERE thread_id = ? AND checkpoint_id < ?", (thread, kept))


class SessionStore:
    """The checkpointer of the flow, and the list of sessions that were deleted."""

    def __init__(self, saver: LatestSqliteSaver) -> None:
        self.saver = saver

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator["SessionStore"]:
        """Open the database, or make it.

        Raises:
            DataFolderError: it cannot be opened or written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = await aiosqlite.connect(path)
        except (OSError, aiosqlite.Error) as error:
            raise DataFolderError(f"cannot open {path}: {error}. Set COACH_DATA_DIR.") from error
        try:
            await _prepare(connection)
            saver = LatestSqliteSaver(connection)
            await saver.setup()
            await _seal(connection)
            yield cls(saver)
        except aiosqlite.Error as error:
            raise DataFolderError(f"cannot use {path}: {error}. Set COACH_DATA_DIR.") from error
        finally:
            await connection.close()

    async def is_deleted(self, session: str) -> bool:
        """Whether the session was deleted, ever."""
        async with (
            self.saver.lock,
            self.saver.conn.execute("SELECT 1 FROM deleted_sessions WHERE session = ?", (session,)) as rows,
        ):
            return await rows.fetchone() is not None

    async def holds(self, session: str) -> bool:
        """Whether anything is kept of the session."""
        async with (
            self.saver.lock,
            self.saver.conn.execute("SELECT 1 FROM checkpoints WHERE thread_id = ?", (session,)) as rows,
        ):
            return await rows.fetchone() is not None

    async def delete(self, session: str) -> None:
        """Forget everything about a session, for good."""
        async with self.saver.lock:
            await self.saver.conn.execute(
                "INSERT OR IGNORE INTO deleted_sessions VALUES (?, ?)", (session, int(time.time()))
            )
            await self.saver.conn.commit()
        await self.saver.adelete_thread(session)


async def _seal(connection: aiosqlite.Connection) -> None:
    """Let nothing be written to a deleted session, not even by a turn that is stopped, or by another process."""
    for table in ("checkpoints", "writes"):
        await connection.execute(
            f"CREATE TRIGGER IF NOT EXISTS deleted_{table} BEFORE INSERT ON {table} "
            "WHEN EXISTS (SELECT 1 FROM deleted_sessions WHERE session = NEW.thread_id) "
            "BEGIN SELECT RAISE(IGNORE); END"
        )
    await connection.commit()


async def _prepare(connection: aiosqlite.Connection) -> None:
    await connection.execute("PRAGMA journal_mode=WAL")
    # FULL: a turn that was acknowledged survives a power cut, not only a crash of the process.
    await connection.execute("PRAGMA synchronous=FULL")
    await connection.execute("PRAGMA busy_timeout=10000")
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS deleted_sessions (session TEXT PRIMARY KEY, deleted_at INTEGER NOT NULL)"
    )
    await connection.commit()
