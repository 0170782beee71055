"""The wheel by itself: installed in a fresh venv and run from another folder, it finds its prompts and data and imports the sample."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import sediment

pytestmark = pytest.mark.wheel
ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*command], cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh venv with the wheel; the dependencies are those of the venv that runs the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("sediment-*.whl")
    venv.create(folder / "venv", symlinks=os.name != "nt")
    programs = Path(sysconfig.get_path("scripts", "venv", {"base": str(folder / "venv")}))
    packages = Path(
        sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv"), "installed_base": str(folder / "venv")})
    )
    # A folder named in a .pth file is searched last, and its own .pth files (the editable checkout) are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        programs / "python",
        "install",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=folder,
    )
    return programs


def test_the_wheel_works_alone(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "sediment", "--version", cwd=tmp_path).split()[-1] == sediment.__version__

    listing = "import sediment.resources as r; print(r.__file__, *r.prompt_names(), sep='\\n'); print(*r.sample_chat(), sep='\\n')"
    module, *names = run(installed / "python", "-c", listing, cwd=tmp_path).splitlines()
    sample = [name for name in names if "sample" in name]
    assert Path(module).is_relative_to(installed.parent)
    assert names[: -len(sample)] == sorted(path.stem for path in (ROOT / "prompts").glob("*.md"))
    assert [Path(path).name for path in sample] == sorted(path.name for path in (ROOT / "data" / "sample").iterdir())

    for path in sample:
        run(installed / "sediment", "import", path, "--group", "试用", cwd=tmp_path)
    noise = run(installed / "sediment", "noise", "--group", "试用", "--json", cwd=tmp_path)
    assert len({message["native_id"] for message in json.loads(noise)}) == 770
    run(installed / "sediment", "digest", "--group", "试用", "--day", "2026-04-13", cwd=tmp_path)
    run(installed / "sediment", "approve", "d1", cwd=tmp_path)
    page = Path(run(installed / "sediment", "publish", "d1", "--path", tmp_path / "out", cwd=tmp_path).strip())
    assert page.with_suffix(".html").stat().st_size > 10_000
