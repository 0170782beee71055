"""The projection in Chroma: right answers whatever became of its files, and one writer at a time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from sediment import lock
from sediment.errors import Locked
from sediment.index import ChromaVectors, ExactVectors, PassageVectors, chroma
from sediment.protocols import Vectors
from tests.index.vectors import Database, named, some

GROUP = "群"
COUNT = 1200  # more than the 1,000 after which Chroma writes its graph to disk


@pytest.fixture
def database() -> Database:
    return Database(**{GROUP: (named("p", COUNT), some(COUNT))})


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the group."""
    folder = tmp_path_factory.mktemp("sound") / "chroma"
    ids, vectors = named("p", COUNT), some(COUNT)
    ChromaVectors(folder, Database(**{GROUP: (ids, vectors)}).load, "model").add(GROUP, ids, vectors)
    return folder


@pytest.fixture
def folder(tmp_path: Path, sound: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(sound, tmp_path / "chroma")


def test_hits_equal_those_of_comparing_with_all(folder: Path, database: Database, probes: list[int | None]) -> None:
    store, exact = ChromaVectors(folder, database.load, "model"), ExactVectors(database.load)
    shared = 0
    for query in some(50, seed=1):
        hits, truth = dict(store.search([GROUP], query, 10)), dict(exact.search([GROUP], query, COUNT))
        shared += len(hits.keys() & list(truth)[:10])
        assert hits == pytest.approx({id: truth[id] for id in hits}, abs=1e-5)
    assert shared >= 0.99 * 500
    assert probes == [COUNT]


def test_changes_are_found_and_what_is_removed_is_not(folder: Path, database: Database) -> None:
    store, new = ChromaVectors(folder, database.load, "model"), some(2, seed=7)
    database.keep(GROUP, ["n0", "n1"], new)
    store.add(GROUP, ["n0", "n1"], new)
    assert dict(store.search([GROUP], new[1], 1)) == pytest.approx({"n1": 1}, abs=1e-5)
    database.drop(GROUP, ["n1"])
    store.remove(GROUP, ["n1"])
    assert store.search([GROUP], new[1], 1)[0][0] != "n1"
    assert chroma_ids(folder) == set(database.groups[GROUP][0])


def test_an_open_reader_sees_what_another_process_writes(folder: Path, database: Database) -> None:
    store, query = ChromaVectors(folder, database.load, "model"), np.eye(1, 64, dtype=np.float32)[0]
    assert store.search([GROUP], query, 1)[0][0] != "n"
    program = """if True:
        import sys
        from pathlib import Path
        from sediment.index import chroma
        with chroma._opened(Path(sys.argv[1])) as client:
            client.list_collections()[0].upsert(ids=["n"], embeddings=[[1.0] + 63 * [0.0]])
    """
    subprocess.run([sys.executable, "-c", program, str(in_use(folder))], check=True)
    assert dict(store.search([GROUP], query, 1)) == pytest.approx({"n": 1}, abs=1e-5)


def test_what_was_missed_is_made_up_for_by_the_next_change(folder: Path, database: Database) -> None:
    database.keep(GROUP, named("missed", 3), some(3, seed=8))
    database.drop(GROUP, ["p0", "p1"])
    database.keep(GROUP, ["n"], some(1, seed=9))
    store = ChromaVectors(folder, database.load, "model")
    # Reading changes nothing, and is right all the same.
    assert store.search([GROUP], some(3, seed=8)[0], 1)[0][0] == "missed0"
    assert "missed0" not in chroma_ids(folder)
    store.add(GROUP, ["n"], some(1, seed=9))
    assert chroma_ids(folder) == set(database.groups[GROUP][0])


def delete_segment(files: Path) -> None:
    shutil.rmtree(the("data_level0.bin", files).parent)


def truncate_vectors(files: Path) -> None:
    vectors = the("data_level0.bin", files)
    vectors.write_bytes(vectors.read_bytes()[: vectors.stat().st_size // 2])


def scribble_on_vectors(files: Path) -> None:
    vectors = the("data_level0.bin", files)
    content = bytearray(vectors.read_bytes())
    draw = np.random.default_rng(0)
    for at in draw.integers(0, len(content), 4000):
        content[at] = draw.integers(0, 256)
    vectors.write_bytes(content)


def delete_header(files: Path) -> None:
    the("header.bin", files).unlink()


def zero_pages(files: Path) -> None:
    database = files / "chroma.sqlite3"
    content = bytearray(database.read_bytes())
    content[4096 : 4 * 4096] = bytes(3 * 4096)
    database.write_bytes(content)


def delete_database(files: Path) -> None:
    (files / "chroma.sqlite3").unlink()


@pytest.mark.parametrize(
    "damage",
    [delete_segment, truncate_vectors, scribble_on_vectors, delete_header, zero_pages, delete_database],
    ids=lambda damage: damage.__name__,
)
def test_damage_is_seen_answered_around_and_repaired(
    folder: Path, database: Database, probes: list[int | None], damage: Callable[[Path], None]
) -> None:
    damaged = in_use(folder)
    damage(damaged)
    store, query = ChromaVectors(folder, database.load, "model"), some(1, seed=1)[0]
    truth = ExactVectors(database.load).search([GROUP], query, 5)
    assert store.search([GROUP], query, 5) == truth
    assert in_use(folder) == damaged

    database.keep(GROUP, ["new"], some(1, seed=3))
    store.add(GROUP, ["new"], some(1, seed=3))
    assert probes == [None]
    assert [path for path in folder.iterdir() if path.is_dir()] == [in_use(folder)] != [damaged]
    assert chroma_ids(folder) == set(database.groups[GROUP][0])
    assert dict(store.search([GROUP], query, 5)) == pytest.approx(dict(truth), abs=1e-5)


def test_the_other_groups_of_a_damaged_folder_are_answered_and_come_back(folder: Path, database: Database) -> None:
    store = ChromaVectors(folder, database.load, "model")
    database.groups["other"] = (["o0", "o1"], some(2, seed=5))
    delete_database(in_use(folder))
    store.add("other", ["o0", "o1"], some(2, seed=5))
    assert chroma_ids(folder, "other") == {"o0", "o1"}
    assert store.search([GROUP], database.groups[GROUP][1][0], 1)[0][0] == "p0"
    store.remove(GROUP, [])
    assert chroma_ids(folder) == set(named("p", COUNT))


def test_vectors_of_another_model_are_left_behind(folder: Path, database: Database) -> None:
    database.groups[GROUP] = (["q0", "q1"], some(2, dimension=32))
    ChromaVectors(folder, database.load, "other").add(GROUP, ["q1"], some(2, dimension=32)[1:])
    assert chroma_ids(folder) == {"q0", "q1"}


def test_a_second_writer_is_refused_and_readers_are_not(folder: Path, database: Database) -> None:
    store = ChromaVectors(folder, database.load, "model")
    program = """if True:
        import sys
        from pathlib import Path
        from sediment import lock
        with lock.writer(Path(sys.argv[1])):
            print("held", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", program, str(folder / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=f"process {other.pid} is writing") as caught:
            store.add(GROUP, ["n"], some(1))
        assert str(other.pid) in caught.value.hint
        assert store.search([GROUP], database.groups[GROUP][1][0], 1)[0][0] == "p0"
        other.kill()
    store.remove(GROUP, ["p0"])
    assert "p0" not in chroma_ids(folder)


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.writer(tmp_path / "lock"):
        _ = 1 / 0
    with lock.writer(tmp_path / "lock"), pytest.raises(Locked), lock.writer(tmp_path / "lock"):
        pass


def test_small_groups_never_touch_chroma_and_large_ones_do(tmp_path: Path) -> None:
    database = Database(small=(named("s", 3), some(3)), large=(named("l", 5), some(5, seed=1)))
    store = PassageVectors(tmp_path / "chroma", database.load, exact_up_to=4)
    store.add("small", *database.groups["small"])
    assert not (tmp_path / "chroma").exists()
    store.add("large", ["l4"], database.groups["large"][1][4:])
    assert chroma_ids(tmp_path / "chroma", "large") == set(named("l", 5))
    query = some(1, seed=2)[0]
    truth = ExactVectors(database.load).search(["small", "large"], query, 4)
    assert dict(store.search(["small", "large"], query, 4)) == pytest.approx(dict(truth), abs=1e-5)
    database.drop("large", ["l4"])
    store.remove("large", ["l4"])
    assert chroma_ids(tmp_path / "chroma", "large") == set(named("l", 4))


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """What the child processes have reported."""
    reports: list[int | None] = []
    real = ChromaVectors._probe

    def probe(store: ChromaVectors, folder: Path, group_id: str, ids: Sequence[str], vectors: Vectors) -> int | None:
        reports.append(real(store, folder, group_id, ids, vectors))
        return reports[-1]

    monkeypatch.setattr(ChromaVectors, "_probe", probe)
    return reports


def in_use(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def chroma_ids(folder: Path, group_id: str = GROUP) -> set[str]:
    with chroma._opened(in_use(folder)) as client:
        collection = client.get_collection(chroma._name(group_id), embedding_function=None)
        return set(collection.get(include=[])["ids"])


def the(name: str, files: Path) -> Path:
    (found,) = files.rglob(name)
    return found
