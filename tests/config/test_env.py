import pytest

from config import env


def test_a_switch_accepts_plain_words(monkeypatch):
    monkeypatch.setenv("SWITCH", "on")
    assert env.flag("SWITCH", default=False) is True


def test_a_switch_refuses_anything_else(monkeypatch):
    monkeypatch.setenv("SWITCH", "perhaps")
    with pytest.raises(env.EnvironmentVariableError, match="SWITCH='perhaps'"):
        env.flag("SWITCH", default=False)


def test_a_count_refuses_what_is_no_number(monkeypatch):
    monkeypatch.setenv("PROXIES", "-1")
    with pytest.raises(env.EnvironmentVariableError, match="PROXIES='-1': write a number"):
        env.count("PROXIES")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    monkeypatch.setenv("PASSWORD_FILE", str(tmp_path / "secret"))
    assert env.text("PASSWORD") == "hush"


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = env.secret_key(tmp_path)
    assert env.secret_key(tmp_path) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_postgresql_url_keeps_every_part(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://rid%40ge:pa%2Fss@db:5433/hardware")
    database = env.database(tmp_path)
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "hardware",
        "rid@ge",
        "pa/ss",
        "db",
        "5433",
    ]


def test_an_unknown_database_scheme_is_refused_by_name(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "mysql://db/hardware")
    with pytest.raises(env.EnvironmentVariableError, match="'mysql'"):
        env.database(tmp_path)


def test_without_a_url_the_database_is_sqlite_that_queues_writers(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database = env.database(tmp_path)
    assert database["NAME"] == str(tmp_path / "ridgeline.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
