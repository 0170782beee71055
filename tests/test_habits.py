"""What carries the project from change to change: locks, links, generated pages, nothing that belongs to one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sediment import resources

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """The files that git tracks; skips where there is no git checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listing.returncode:
        pytest.skip(f"needs a git checkout: {listing.stderr.strip()}")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def pins(lock: str) -> dict[str, set[str]]:
    """Package -> its pinned versions (more than one where they depend on the Python version)."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line[:1].strip() and not line.startswith("#"):
            requirement = Requirement(line.rstrip("\\ "))
            found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found


def wanted(lock: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {
        name: [line for line in lines if isinstance(line, str)] for name, lines in project["dependency-groups"].items()
    }
    core = project["project"]["dependencies"]
    lines = {
        "requirements.txt": core,
        "requirements-build.txt": groups["build"],
        "requirements-dev.txt": core + groups["build"] + groups["dev"],
    }
    return [Requirement(line) for line in lines[lock]]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    locked = pins(lock)
    missing = [
        str(requirement)
        for requirement in wanted(lock)
        if not all(
            requirement.specifier.contains(pin[2:]) for pin in locked.get(canonicalize_name(requirement.name), {"==0"})
        )
    ]
    assert missing == [], "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_and_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    loose = [
        line
        for line in text.splitlines()
        if line and not re.match(r"[a-z0-9.-]+==\S+( ; .+?)? +--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert loose == []


def test_the_locks_agree_with_one_another() -> None:
    every = pins("requirements-dev.txt")
    assert {name: every[name] for name in pins("requirements.txt")} == pins("requirements.txt")
    assert {name: every[name] for name in pins("requirements-build.txt")} == pins("requirements-build.txt")


def test_no_file_names_a_registry_or_a_place_on_one_machine(tracked: list[Path]) -> None:
    hosts = [
        "pypi" + ".org",
        "python" + "hosted",
        "pytorch" + ".org",
        "npm" + "js",
        "ana" + "conda",
        "tuna." + "tsinghua",
        "mirrors." + "aliyun",
    ]
    places = ["/" + "work/", "/" + "root/", "/" + "Users/"]
    mentions = re.compile("|".join(map(re.escape, hosts + places)))
    guilty = [
        str(path.relative_to(ROOT))
        for path in tracked
        if mentions.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert guilty == []


def test_text_files_are_utf8_with_unix_line_ends(tracked: list[Path]) -> None:
    kinds = {".py", ".md", ".toml", ".txt", ".jsonl", ".json", ""}
    wrong = []
    for path in tracked:
        if path.suffix in kinds and "tests/data" not in path.as_posix():
            data = path.read_bytes()
            data.decode("utf-8")
            if b"\r\n" in data or data.startswith(b"\xef\xbb\xbf"):
                wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_links_between_pages_lead_somewhere(tracked: list[Path]) -> None:
    broken = []
    for page in (path for path in tracked if path.suffix == ".md" and "prompts" not in path.parts):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_a_reader_meets_the_two_commands_first(page: str) -> None:
    opening = (ROOT / page).read_text(encoding="utf-8").splitlines()[:12]
    assert [line.split("#")[0].strip() for line in opening if line.startswith("make ")] == ["make demo", "make test"]


def test_changelog_fragments_say_one_thing_each() -> None:
    fragments = [path for path in (ROOT / "changelog.d").iterdir() if path.name not in ("README.md", "template.jinja")]
    odd = [
        path.name for path in fragments if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md", path.name)
    ]
    assert odd == []
    assert [path.name for path in fragments if not path.read_text(encoding="utf-8").strip()] == []


def test_every_bundled_file_stands_in_the_notice() -> None:
    noted = re.findall(r"data/[\w./*-]+", (ROOT / "NOTICE").read_text(encoding="utf-8"))
    bundled = [f"data/{path.name}{'/' if path.is_dir() else ''}" for path in (ROOT / "data").iterdir()]
    assert [name for name in bundled if not any(fnmatch(name, pattern) for pattern in noted)] == []


def test_prompts_and_data_are_found_in_the_checkout() -> None:
    assert {"article", "ask", "digest", "faq"} <= set(resources.prompt_names())
    assert [path.suffix for path in resources.sample_chat()] == [".jsonl", ".json"]
    assert len(resources.words("stop_words")) > 100
