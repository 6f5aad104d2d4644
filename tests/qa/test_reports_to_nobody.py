from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPENED = "from qa.read.onnx import onnx_reader; onnx_reader()"


@pytest.mark.skipif(sys.platform != "linux", reason="what onnxruntime keeps elsewhere stands elsewhere")
def test_the_reader_neither_counts_its_users_nor_marks_their_machine(tmp_path: Path) -> None:
    # onnxruntime that reports its use keeps a device id and a queue below the home folder. It never does under CI.
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "ORT_DISABLE_TELEMETRY"}}
    environment = {**kept, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    subprocess.run([sys.executable, "-c", OPENED], cwd=ROOT, env=environment, check=True)
    assert [path.name for path in tmp_path.rglob("*")] == []
