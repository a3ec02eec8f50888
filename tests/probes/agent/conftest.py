"""A stub of NVIDIA's management library, built once per test process, and scenes for it."""

import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

STUB = Path(__file__).parents[1] / "nvml_stub"
HEALTHY = (STUB / "scenes" / "healthy.scene").read_text()


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Device locks of a test stay in its own folder: none waits for another, none is left."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


class Scene:
    """The scene file that the stub reads anew at every call."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = dict(line.split("=", 1) for line in HEALTHY.splitlines())
        self.write()

    def change(self, **lines: str) -> None:
        """Change GPU 0: `change(nvmlDeviceGetEccMode="1 0")`; double underscores stand for dots."""
        for name, value in lines.items():
            self.lines["0." + name.replace("__", ".")] = value
        self.write()

    def write(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text("".join(f"{name}={value}\n" for name, value in self.lines.items()))
        fresh.replace(self.path)


def build(folder: Path, *flags: str) -> Path:
    """Compile the stub under the file name that pynvml looks for."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("NO C COMPILER: the NVML stub cannot be built, so its tests did not run")
    library = folder / "libnvidia-ml.so.1"
    source = str(STUB / "nvml_stub.c")
    soname = "-Wl,-soname,libnvidia-ml.so.1"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", soname, *flags, "-o", str(library), source],
        check=True,
    )
    return library


@pytest.fixture(scope="session")
def stub_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("nvml"))


@pytest.fixture(scope="session")
def old_stub_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("nvml-old"), "-DOLD_DRIVER")


@pytest.fixture
def scene(tmp_path: Path, stub_library: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A healthy H100, answered by the stub in this process."""
    return load(stub_library, tmp_path, monkeypatch)


@pytest.fixture
def old_driver_scene(
    tmp_path: Path, old_stub_library: Path, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    """The same GPU under a driver that lacks newer functions."""
    return load(old_stub_library, tmp_path, monkeypatch)


def load(library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    pynvml = pytest.importorskip("pynvml", reason="nvidia-ml-py is not installed")
    scene = Scene(folder / "gpu.scene")
    monkeypatch.setenv("RIDGELINE_NVML_SCENE", str(scene.path))
    monkeypatch.setattr(pynvml, "nvmlLib", ctypes.CDLL(str(library)))
    monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer_cache", {})
    return scene


@pytest.fixture
def stub_environment(tmp_path: Path, stub_library: Path) -> dict[str, str]:
    """An environment in which a new process finds the stub as the system's library."""
    scene = Scene(tmp_path / "gpu.scene")
    return {
        **os.environ,
        "LD_LIBRARY_PATH": str(stub_library.parent),
        "RIDGELINE_NVML_SCENE": str(scene.path),
    }
