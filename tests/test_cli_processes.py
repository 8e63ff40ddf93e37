"""The command line as a process of its own: pipes, signals, a full disk, a terminal, start-up."""

import contextlib
import ctypes
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAND_IN = """
import fhir_as, stand_in
fhir_as.convert, fhir_as.revert = stand_in.convert, stand_in.revert
from fhir_as.cli.main import main
main(prog_name="fhir-as")
"""
COMMAND = [sys.executable, "-c", STAND_IN]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
ENVIRONMENT.pop("NO_COLOR", None)
LINE = b'{"a":"1"}\n'

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and devices of POSIX")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("name: x\n")
    return tmp_path


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    settings = {"env": ENVIRONMENT, "capture_output": True, "timeout": 60, **options}
    command = [*COMMAND, *arguments]
    return subprocess.run(command, check=False, **settings)  # type: ignore[call-overload,no-any-return]


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *arguments], env=ENVIRONMENT, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(pattern: str) -> None:
    for _ in range(600):
        if list(Path().glob(pattern)):
            return
        time.sleep(0.05)
    raise AssertionError(f"no {pattern} appeared")


def test_stdin_to_stdout() -> None:
    done = run("convert", "-", input=b"name: x\n")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"name": "x"})


def test_results_stream_before_the_input_ends() -> None:
    with started("convert", "-") as process:
        assert process.stdin and process.stdout
        process.stdin.write(LINE * 2)
        process.stdin.flush()
        assert process.stdout.readline() == b'{"a": "1"}\n'


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_goes_away_ends_it_quietly(stream: str) -> None:
    faulty = b'{"a":"1","fault":"AS208"}\n'
    with started("convert", "-") as process:
        assert process.stdin and process.stdout and process.stderr
        pipe = process.stdout if stream == "stdout" else process.stderr
        other = process.stderr if stream == "stdout" else process.stdout
        process.stdin.write(faulty * 2)
        process.stdin.flush()
        pipe.readline()
        pipe.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(faulty * 50)
            process.stdin.close()
        rest = other.read()
        assert process.wait(60) == 141
        assert b"Traceback" not in rest
        assert b"Exception" not in rest
        assert b"BrokenPipe" not in rest


@pytest.mark.parametrize("target", [["-o", "out.ndjson"], ["-o", "out/"], []])
def test_ctrl_c_leaves_nothing_behind(target: list[str]) -> None:
    with started("convert", "-", *target) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(LINE * 2)
        process.stdin.flush()
        if target:
            wait_for("**/.fhir-as-*")
        else:
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert b"Traceback" not in process.stderr.read()
    assert [str(path) for path in Path().rglob("*") if path.is_file()] == ["a.yaml"]


def test_a_full_disk_leaves_the_old_file_and_no_other() -> None:
    import resource

    Path("n.ndjson").write_bytes(b'{"a":"%s"}\n' % (b"x" * 9000) * 2)
    Path("out").write_text("old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    for target in (["out"], ["new/"]):
        done = run("convert", "n.ndjson", "-o", *target, preexec_fn=limit)
        assert done.returncode == 2, done.stderr
        assert b"cannot be written" in done.stderr
        assert b"nothing lost" not in done.stderr
    assert Path("out").read_text() == "old"
    assert sorted(path.name for path in Path().rglob("*") if path.is_file()) == ["a.yaml", "n.ndjson", "out"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["convert", "a.yaml"], ["init"]])
def test_a_full_stdout_is_one_clean_error(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(*arguments, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: stdout cannot be written: No space left")
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_a_device_is_written_to_and_not_replaced() -> None:
    assert run("convert", "a.yaml", "-o", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    assert json.loads(run("convert", "a.yaml", "-o", "/dev/stdout").stdout) == {"name": "x"}


def give_up_writing_anywhere() -> None:
    """Take from a superuser's next program the right to write where the mode forbids it."""
    drop_from_bounding_set, dac_override = 24, 1  # linux/prctl.h, linux/capability.h
    if ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0):
        raise OSError("the right cannot be given up")


def test_a_read_only_folder(folder: Path) -> None:
    superuser = os.geteuid() == 0
    if superuser and sys.platform != "linux":
        pytest.skip("the superuser may write anywhere")
    folder.chmod(0o555)
    try:
        limits = {"preexec_fn": give_up_writing_anywhere} if superuser else {}
        done = run("convert", "a.yaml", "-o", "kept.json", **limits)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert b"kept.json cannot be written: Permission denied" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["a.yaml"]


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link() -> None:
    Path("real.json").write_text("old")
    Path("real.json").chmod(0o640)
    Path("link.json").symlink_to("real.json")
    assert run("convert", "a.yaml", "-o", "link.json").returncode == 0
    assert Path("link.json").is_symlink()
    assert json.loads(Path("real.json").read_text()) == {"name": "x"}
    assert Path("real.json").stat().st_mode & 0o777 == 0o640


def test_output_is_utf_8_whatever_the_locale_says() -> None:
    Path("ä.yaml").write_text("name: µg 漢\n", encoding="utf-8")
    plain = {**ENVIRONMENT, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    plain["PYTHONIOENCODING"] = "ascii"
    done = run("convert", "ä.yaml", env=plain)
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("utf-8")) == {"name": "µg 漢"}


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a terminal shows as stderr."""
    master, slave = pty.openpty()
    with Path("out").open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            env={**ENVIRONMENT, "TERM": "xterm", **environment},
            stdout=out,
            stderr=slave,
        )
        os.close(slave)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            while chunk := os.read(master, 65536):
                shown += chunk
        process.wait(60)
    os.close(master)
    return shown.decode()


def test_a_terminal_shows_the_source_line_in_colour_unless_no_color() -> None:
    Path("b.yaml").write_text("name: x\nfault: AS204\n")
    coloured = on_a_terminal("check", "b.yaml")
    assert "\x1b[1;31merror[AS204]\x1b[0m" in coloured
    assert "fault: AS204" in coloured
    plain = on_a_terminal("check", "b.yaml", NO_COLOR="1")
    assert "\x1b" not in plain
    assert "2 | fault: AS204" in plain
    assert "\x1b" not in on_a_terminal("check", "b.yaml", TERM="dumb")


def test_progress_is_shown_for_ndjson_on_a_terminal_only() -> None:
    Path("n.ndjson").write_bytes(LINE * 2000)
    assert "%" in on_a_terminal("convert", "n.ndjson")
    assert b"%" not in run("convert", "n.ndjson").stderr
    assert "%" not in on_a_terminal("convert", "a.yaml")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_stays_flat_over_many_lines() -> None:
    code = STAND_IN.replace(
        "main(prog_name",
        "import atexit, re, sys\n"
        "peak = lambda: re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]\n"
        "atexit.register(lambda: print(peak(), file=sys.stderr))\n"
        "stand_in.CALLS = type('Forgetful', (list,), {'append': lambda *_: None})()\n"
        "main(prog_name",
    )
    peaks = []
    for count in (100, 20_000):
        Path("n.ndjson").write_bytes(b'{"a":"%s"}\n' % (b"x" * 1000) * count)
        done = subprocess.run(
            [sys.executable, "-c", code, "convert", "n.ndjson", "-o", "out"],
            env=ENVIRONMENT,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stderr.split()[-1]))
    assert peaks[1] < peaks[0] * 1.1


def test_help_imports_neither_a_verb_nor_the_engine() -> None:
    code = (
        "import sys, runpy\nsys.argv = ['fhir-as', '--help']\n"
        "try:\n    runpy.run_module('fhir_as.cli', run_name='__main__')\n"
        "except SystemExit:\n"
        "    print([name for name in sys.modules if name.startswith('fhir_as.')\n"
        "           or name in ('yaml', 'msgspec', 'lxml', 'pydantic')], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, timeout=60, text=True, check=False
    )
    assert "Usage: fhir-as" in done.stdout
    assert done.stderr.strip() == "['fhir_as.cli', 'fhir_as.cli.main']"


def test_version_and_completion() -> None:
    assert run("--version").stdout.startswith(b"fhir-as ")
    asked = {**ENVIRONMENT, "_FHIR_AS_COMPLETE": "bash_complete"}
    verbs = run(env={**asked, "COMP_WORDS": "fhir-as c", "COMP_CWORD": "1"}).stdout
    assert verbs.split() == [b"plain,convert", b"plain,check"]
    formats = run(env={**asked, "COMP_WORDS": "fhir-as convert --format ", "COMP_CWORD": "3"}).stdout
    assert formats.split() == [b"plain,json", b"plain,xml", b"plain,ndjson"]
