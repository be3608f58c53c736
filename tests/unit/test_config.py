"""Settings: the nearer layer wins, every value knows its origin, nonsense is refused by name."""

import tomllib
from pathlib import Path

import pytest

import schoolbox
from schoolbox.config import Config, load_config
from schoolbox.errors import ConfigError


def _load(
    *, file: str | None = None, environment: dict[str, str] | None = None, arguments: dict[str, str] | None = None,
    folder: Path | None = None,
) -> Config:  # fmt: skip
    path = None
    if file is not None:
        assert folder is not None
        path = folder / "schoolbox.toml"
        path.write_text(file, encoding="utf-8")
    return load_config(file=path, environment=environment or {}, arguments=arguments or {})


def test_without_anything_the_defaults_hold() -> None:
    settings = _load()

    assert (settings.port, settings.language, settings.origins["port"]) == (8080, "sq", "default")
    assert set(settings.origins.values()) == {"default"}


def test_the_file_beats_the_default_the_environment_the_file_and_the_command_line_all(tmp_path: Path) -> None:
    file = 'port = 81\nname = "shkolla"\nlog_level = "debug"\nannounce = false\n'
    environment = {"SCHOOLBOX_NAME": "agimi", "SCHOOLBOX_LOG_LEVEL": "error", "HOME": "/x"}

    settings = _load(file=file, environment=environment, arguments={"log_level": "info"}, folder=tmp_path)

    assert (settings.port, settings.name, settings.log_level, settings.announce) == (81, "agimi", "info", False)
    origins = settings.origins
    assert origins["port"] == str(tmp_path / "schoolbox.toml")
    assert (origins["name"], origins["log_level"], origins["threads"]) == ("environment", "command line", "default")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("port", "80a"), ("port", "65536"), ("port", "-1"), ("port", "٣"), ("threads", "1"), ("language", "de"),
        ("name", "shkolla agimi"), ("name", "-agimi"), ("name", ""), ("name", "ë"), ("announce", "perhaps"),
        ("accel_prefix", "blobs"), ("accel_prefix", "/blobs/"), ("trusted_proxy", "nginx"), ("log_level", "loud"),
        ("reserve_mb", "1.5"), ("no_such_setting", "1"), ("port", "8" * 5000), ("data", "/srv/\0"), ("host", "a\nb"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_named(key: str, value: str) -> None:
    with pytest.raises(ConfigError) as told:
        _load(arguments={key: value})

    assert told.value.setting == key


def test_an_unknown_name_in_the_environment_is_refused() -> None:
    with pytest.raises(ConfigError) as told:
        _load(environment={"SCHOOLBOX_PROT": "80"})

    assert told.value.setting == "prot"


def test_names_of_the_hub_in_the_environment_are_none_of_ours() -> None:
    assert _load(environment={"SCHOOLBOX_HUB_PORT": "8081", "SCHOOLBOX_CONFIG": "/x"}).port == 8080


@pytest.mark.parametrize(
    "content", ["port = ", "\x00", "port = 80\nport = 81\n", f"port = {'8' * 5000}", f"port = {'[' * 5000}"]
)
def test_a_file_that_cannot_be_read_is_refused_and_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError) as told:
        _load(file=content, folder=tmp_path)

    assert told.value.setting == str(tmp_path / "schoolbox.toml")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load_config(file=tmp_path / "missing.toml", environment={}, arguments={})


def test_the_version_of_the_program_is_the_version_of_the_distribution() -> None:
    project = tomllib.loads((Path(schoolbox.__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["version"] == schoolbox.__version__
