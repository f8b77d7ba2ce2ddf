"""Does either broker deliver every job, whatever gets lost on the way?"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from foundation.jobs.actions import submit
from foundation.jobs.broker import app_for, queue_name
from foundation.jobs.dispatch import dispatcher_for
from foundation.jobs.models import Job, State
from foundation.jobs.publishing import Publisher, QueueDispatcher
from foundation.jobs.republishing import Republisher
from tests.foundation.conftest import WorkerProcess
from tests.foundation.example.jobs import Hold, Note
from tests.foundation.example.models import Trace
from tests.foundation.jobs.queue.conftest import Broker
from tests.foundation.waiting import wait_until
from tests.servers.rabbitmq import RabbitMQ

StartWorker = Callable[..., WorkerProcess]


def notes(number: int) -> list[Job]:
    return [submit("example.note", Note(what=str(each))) for each in range(number)]


def all_succeeded() -> bool:
    return not Job.objects.filter(kind="example.note").exclude(state=State.SUCCEEDED).exists()


def left_notes() -> list[str]:
    return list(Trace.objects.exclude(what="tick").order_by("id").values_list("what", flat=True))


def held(tmp_path: Path, name: str = "one") -> tuple[Job, Path, Path]:
    began, until = tmp_path / f"{name}-began", tmp_path / f"{name}-until"
    return submit("example.hold", Hold(began=str(began), until=str(until), beats=False)), began, until


def overdue() -> None:
    """Let the ledger's patience with messages that don't arrive be over."""
    Job.objects.filter(state=State.QUEUED).update(publish_at=Now() - timedelta(seconds=1))


def flush(url: str) -> None:
    """Return when everything dispatched in this process has been published."""
    dispatcher = dispatcher_for(url)
    assert isinstance(dispatcher, QueueDispatcher)
    dispatcher.close()


def test_jobs_run_the_most_urgent_first_however_their_messages_are_ordered(
    broker: Broker, start_worker: StartWorker
) -> None:
    for priority in (1, 3, 2):
        submit("example.note", Note(what=str(priority)), priority=priority)

    start_worker()
    wait_until(all_succeeded)

    assert left_notes() == ["3", "2", "1"]


def test_a_message_too_many_does_nothing(broker: Broker, publisher: Publisher, start_worker: StartWorker) -> None:
    (job,) = notes(1)
    for _ in range(5):
        publisher.publish(job.id, job.lane)

    start_worker()
    wait_until(lambda: all_succeeded() and publisher.waiting("default") == 0)

    job.refresh_from_db()
    assert (job.attempt, left_notes()) == (1, ["0"])


def test_what_waits_behind_a_long_job_stays_in_the_queue_for_others(
    broker: Broker, publisher: Publisher, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker("first").wait_until_ready()
    job, began, until = held(tmp_path)
    wait_until(began.exists)

    notes(3)
    flush(broker.url)

    assert publisher.waiting("default") == 3
    start_worker("second")
    wait_until(all_succeeded)
    job.refresh_from_db()
    assert job.state == State.RUNNING
    until.touch()


def test_a_killed_workers_job_completes_once_under_another(
    broker: Broker, start_worker: StartWorker, tmp_path: Path
) -> None:
    job, began, until = held(tmp_path)
    first = start_worker("first")
    wait_until(began.exists)
    start_worker("second").wait_until_ready()

    first.kill()
    until.touch()
    wait_until(lambda: Job.objects.get(id=job.id).has_ended, limit_s=40)

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.SUCCEEDED, 2)
    assert Trace.objects.filter(what="held").count() == 1


def test_jobs_whose_messages_are_lost_are_published_again(
    broker: Broker, publisher: Publisher, start_worker: StartWorker
) -> None:
    start_worker("keeping house", "--lane", "events").wait_until_ready()
    notes(20)
    flush(broker.url)
    purge(broker.url)
    assert publisher.waiting("default") == 0

    overdue()
    wait_until(lambda: publisher.waiting("default") == 20)

    start_worker()
    wait_until(all_succeeded)
    assert sorted(map(int, left_notes())) == list(range(20))


def test_only_what_is_missing_is_published_again(broker: Broker, publisher: Publisher) -> None:
    notes(10)
    flush(broker.url)
    overdue()
    one, other = Republisher(publisher), Republisher(publisher)

    assert one.publish_missing() == 0
    purge(broker.url)
    publisher.publish(Job.objects.all()[0].id, "default")
    assert other.publish_missing() == 9
    overdue()
    assert Republisher(publisher).publish_missing() == 0

    assert publisher.waiting("default") == 10


def test_a_delayed_job_is_published_when_it_is_due(
    broker: Broker, publisher: Publisher, start_worker: StartWorker
) -> None:
    job = submit("example.note", Note(what="later"), run_at=timezone.now() + timedelta(hours=1))
    flush(broker.url)
    assert publisher.waiting("default") == 0
    start_worker().wait_until_ready()

    Job.objects.filter(id=job.id).update(run_at=Now(), publish_at=Now())
    wait_until(all_succeeded)

    assert left_notes() == ["later"]


def test_without_its_queue_the_installation_goes_on(
    broker: Broker, settings: Settings, start_worker: StartWorker
) -> None:
    notes(5)
    flush(broker.url)

    settings.QUEUE_URL = ""
    start_worker()
    wait_until(all_succeeded)

    assert sorted(left_notes()) == list("01234")


def test_a_worker_outlives_its_broker(broker: Broker, start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker()
    worker.wait_until_ready()
    job, began, until = held(tmp_path)
    wait_until(began.exists)

    kill(broker)
    wait_until(lambda: "The queue doesn't answer" in worker.answers("/readyz")[1])
    until.touch()
    notes(3)
    wait_until(all_succeeded)
    broker.start()
    worker.wait_until_ready()
    notes(3)
    wait_until(all_succeeded)

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.SUCCEEDED, 1)
    assert sorted(left_notes()) == ["0", "0", "1", "1", "2", "2", "held"]
    assert worker.terminate() == 0


def test_a_worker_started_before_its_broker_waits_for_it(broker: Broker, start_worker: StartWorker) -> None:
    kill(broker)
    worker = start_worker()
    wait_until(lambda: "The queue doesn't answer" in worker.answers("/readyz")[1])

    broker.start()
    worker.wait_until_ready()

    notes(1)
    wait_until(all_succeeded)


def test_a_worker_told_to_stop_gives_job_and_message_back(
    broker: Broker, publisher: Publisher, start_worker: StartWorker, tmp_path: Path
) -> None:
    began, until = tmp_path / "began", tmp_path / "until"
    job = submit("example.hold", Hold(began=str(began), until=str(until)))
    worker = start_worker()
    wait_until(lambda: Job.objects.filter(stage="holding").exists())

    assert worker.terminate() == 0

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.QUEUED, 0)
    wait_until(lambda: publisher.waiting("default") > 0)


def purge(url: str) -> None:
    app = app_for(url, "example", ["default"])
    with app.connection_for_write() as connection:
        app.amqp.queues[queue_name("example", "default")].bind(connection.default_channel).purge()


def kill(broker: Broker) -> None:
    if isinstance(broker, RabbitMQ):
        broker.settle()
    broker.kill()
