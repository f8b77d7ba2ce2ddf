"""Do plain values become the settings they should?"""

import traceback
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from foundation.configuration import (
    database_from,
    env,
    logging_from,
    mail_from,
    queue_from,
    replica_from,
    storages_from,
)


def test_without_a_url_the_database_is_a_file() -> None:
    config = database_from(None, default_path=Path("/data/cms.sqlite3"))

    assert (config["ENGINE"], config["NAME"]) == ("django.db.backends.sqlite3", "/data/cms.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert config["OPTIONS"]["timeout"] == 20
    assert config["CONN_MAX_AGE"] is None


def test_a_path_with_odd_characters_is_kept() -> None:
    assert database_from(None, default_path=Path("/my data/50%/ü?#.sqlite3"))["NAME"] == "/my data/50%/ü?#.sqlite3"


def test_a_url_names_a_postgresql() -> None:
    config = database_from("postgresql://me:p%40ss@db:5433/cms?sslmode=require", default_path=Path("unused"))

    assert (config["ENGINE"], config["NAME"], config["USER"]) == ("django.db.backends.postgresql", "cms", "me")
    assert (config["PASSWORD"], config["HOST"], config["PORT"]) == ("p@ss", "db", 5433)
    assert (config["OPTIONS"]["sslmode"], config["OPTIONS"]["connect_timeout"]) == ("require", 5)


def test_without_a_pool_nothing_is_asked_that_pgbouncer_could_not_hand_on() -> None:
    config = database_from("postgresql://db/cms", default_path=Path("unused"), pool_size="0", process="cms editing")

    assert (config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"]) == (600, True)
    assert config["DISABLE_SERVER_SIDE_CURSORS"]
    assert not {"pool", "options"} & set(config["OPTIONS"])


@pytest.mark.parametrize(
    ("program", "process", "options"),
    [
        (["/venv/bin/granian", "cms.config.wsgi"], "cms editing serve", "-c statement_timeout=60s"),
        (["/app/cms/manage.py", "work"], "cms editing work", "-c idle_in_transaction_session_timeout=10min"),
        (["/app/cms/manage.py", "migrate"], "cms editing migrate", ""),
        (["/app/else.py"], "cms editing", ""),
    ],
)
def test_a_process_says_who_it_is_and_how_long_it_may_take(
    program: list[str], process: str, options: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", program)

    config = database_from("postgresql://db/cms", default_path=Path("unused"), pool_size="8", process="cms editing")

    assert (config["CONN_MAX_AGE"], config["OPTIONS"]["pool"]["max_size"]) == (0, 8)
    assert config["OPTIONS"]["application_name"] == process
    assert config["OPTIONS"].get("options", "")[: len(options) or None] == options


@pytest.mark.parametrize("size", ["5", "-1", "many", ""])
def test_a_pool_in_which_a_worker_would_wait_for_itself_is_refused(size: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOL_SIZE must be 0"):
        database_from("postgresql://db/cms", default_path=Path("unused"), pool_size=size)


def test_a_replica_belongs_to_a_postgresql() -> None:
    primary = database_from("postgresql://db/cms", default_path=Path("unused"), pool_size="8")
    file = database_from(None, default_path=Path("cms.sqlite3"))

    both = replica_from("postgresql://copy/cms", primary, pool_size="8", process="cms delivery")

    assert [both[name]["HOST"] for name in ("default", "replica")] == ["db", "copy"]
    assert [both[name]["OPTIONS"]["pool"]["timeout"] for name in both] == [2, 2]
    for url, other in (("postgresql://copy/cms", file), ("sqlite:///copy", primary)):
        with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL"):
            replica_from(url, other, pool_size="8", process="")


@pytest.mark.parametrize("url", ["amqp://u:p@mq/vhost", "amqps://mq", "redis://r:6379/0", "rediss://r"])
def test_a_url_names_the_queue(url: str) -> None:
    assert (queue_from(url), queue_from(None)) == (url, "")


@pytest.mark.parametrize("url", ["sqs://x", "mq:5672", "amqp://", "amqp://h:port", "http://mq"])
def test_another_queue_is_refused_with_advice(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="write amqp://"):
        queue_from(url)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "oracle://x", "postgresql://h:port/x"])
def test_another_database_is_refused_with_advice(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from(url, default_path=Path("unused"))


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="asks SQLite's pragmas")
def test_sqlite_is_opened_as_configured() -> None:
    def pragma(name: str) -> object:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name}")
            return cursor.fetchone()[0]

    assert [pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")] == [
        "wal",
        1,
        1,
        20_000,
    ]


def test_without_a_url_the_stores_lie_in_the_data_folder(tmp_path: Path) -> None:
    storages = storages_from(None, data_dir=tmp_path)

    assert storages["default"] == storages["private"]
    places = {name: storages[name]["OPTIONS"]["location"] for name in ("private", "public")}
    assert places == {"private": f"{tmp_path}/storage/private", "public": f"{tmp_path}/storage/public"}
    assert storages["private"]["OPTIONS"]["base_url"] is None


@pytest.mark.parametrize("folder", ["/srv/files", "/srv/my files", "/srv/50%"])
def test_a_url_names_the_folder_of_both_stores(folder: str) -> None:
    storages = storages_from(Path(folder).as_uri(), data_dir=Path("unused"))

    assert storages["public"]["OPTIONS"]["location"] == f"{folder}/public"


def test_a_relative_data_folder_becomes_absolute() -> None:
    location = storages_from(None, data_dir=Path("var"))["private"]["OPTIONS"]["location"]

    assert location == str(Path.cwd() / "var/storage/private")


def test_a_url_names_the_buckets_of_both_stores(tmp_path: Path) -> None:
    storages = storages_from("s3://ac%2Fcess:se%40cret%2F@s3.example.org:9000/library", data_dir=tmp_path)

    private, public = (storages[name]["OPTIONS"] for name in ("private", "public"))
    assert storages["default"] == storages["private"]
    assert (private["bucket_name"], public["bucket_name"]) == ("library-private", "library-public")
    assert (private["access_key"], private["secret_key"]) == ("ac/cess", "se@cret/")
    assert (private["endpoint_url"], private["region_name"]) == ("https://s3.example.org:9000", "us-east-1")
    assert private["temporary_dir"] == str(tmp_path / "tmp")
    assert "object_parameters" not in private
    assert public["object_parameters"] == {"CacheControl": "public, max-age=60, must-revalidate"}


def test_a_url_says_region_and_whether_it_is_encrypted() -> None:
    url = "s3://a:b@127.0.0.1:8333/library/?tls=no&region=eu-west-3"

    options = storages_from(url, data_dir=Path("unused"))["private"]["OPTIONS"]

    assert (options["endpoint_url"], options["region_name"]) == ("http://127.0.0.1:8333", "eu-west-3")


@pytest.mark.parametrize(
    "url",
    [
        "/srv/files",
        "file://host/srv",
        "file://",
        "http://key:hidden@host/name",
        "s3://hidden",
        "s3://host/hidden",
        "s3://key@host/hidden",
        "s3://:hidden@host/name",
        "s3://key:hidden@/name",
        "s3://key:hid/den@host/name",
        "s3://key:hidden@host:port/name",
        "s3://key:hidden@host:99999/name",
        "s3://key:hidden@host/name?tls=maybe",
        "s3://key:hidden@host/name?region=",
        "s3://key:hidden@host/name?bucket=other",
        "s3://key:hidden@host/name#hidden",
        "s3://key:hidden@host",
        "s3://key:hidden@host/two/names",
        "s3://key:hidden@host/Hidden",
        "s3://key:hidden@host/-hidden",
        f"s3://key:hidden@host/{'n' * 56}",
    ],
)
def test_another_storage_is_refused_with_advice_that_holds_no_secret(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL") as refused:
        storages_from(url, data_dir=Path("unused"))

    told = "".join(traceback.format_exception(refused.value))
    assert "hid" not in told


def test_another_log_format_is_refused_with_advice() -> None:
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT must be text or json"):
        logging_from("xml", process="cms")


def test_without_a_url_no_mail_leaves() -> None:
    assert mail_from("") == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


def test_a_url_names_the_mail_server_and_its_password_travels_encrypted() -> None:
    settings = mail_from("smtp://staff%40example.org:p%2Fw@mail.example:587")

    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example", 587)
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("staff@example.org", "p/w")
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)


def test_another_mail_server_is_refused_with_advice() -> None:
    with pytest.raises(ImproperlyConfigured, match="smtp://user:password@host:587"):
        mail_from("mail.example:25")


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))

    assert env("SOME_KEY", "default") == "from the file"
    assert env("ANOTHER_KEY", "default") == "default"


def test_a_secret_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("SOME_KEY", "from the environment")

    with pytest.raises(ImproperlyConfigured, match="keep one of them"):
        env("SOME_KEY")


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match=r"SOME_KEY_FILE names .*nowhere"):
        env("SOME_KEY")
