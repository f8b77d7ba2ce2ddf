"""How is Celery set up? Every setting that keeps a job from being lost, doubled or held up has its reason here."""

from collections.abc import Iterable
from typing import Any

from celery import Celery
from kombu.entity import Exchange, Queue

TASK = "run_job"
LONGEST_RUN_S = 86_400  # no film takes a day; what it must outlast: consumer and visibility timeouts
HEARTBEAT_S = 30  # a worker's machine that vanished is noticed after two of them
CONNECT_S = 4.0
CONFIRM_S = 5.0
ANSWER_S = 10.0

_QUORUM = {
    # Replicated, and on disk before the publisher hears so: a broker killed with -9 has every confirmed message.
    "x-queue-type": "quorum",
    # A message that killed this many workers is dropped; if its job still waits, it gets a new one.
    "x-delivery-limit": 20,
    # RabbitMQ would take the message of a long film away after half an hour and close the worker's channel. Brokers
    # before 3.12 know no such argument of a queue: infra/docker/rabbitmq.conf says the same for all queues.
    "x-consumer-timeout": LONGEST_RUN_S * 1000,
}
_AMQP = {
    # A publish returns when the broker has the message, not when the operating system has the bytes.
    "confirm_publish": True,
    # A broker that starts up takes connections before its queues can answer, and forgets what it was asked meanwhile.
    "read_timeout": ANSWER_S,
}
_REDIS = {
    # Redis has no acknowledgement; Celery gives a message to another worker after this time, film or not.
    "visibility_timeout": LONGEST_RUN_S,
    # A server that vanished without a word is noticed, instead of being listened to for ever.
    "socket_timeout": 30,
    "socket_connect_timeout": CONNECT_S,
    "socket_keepalive": True,
}


def is_amqp(url: str) -> bool:
    return url.startswith("amqp")


def queue_name(deployable: str, lane: str) -> str:
    """Return the name of the queue that delivers the jobs of one lane."""
    return f"{deployable}.{lane}"


def app_for(url: str, deployable: str, lanes: Iterable[str]) -> Celery:
    """Return a Celery app that knows the queues of ``lanes``, and nothing of Django: that part is the ledger's."""
    app = Celery(TASK, broker=url, set_as_current=False, fixups=set())
    app.conf.update(_SETTINGS)
    app.conf.update(
        broker_transport_options=_AMQP if is_amqp(url) else _REDIS,
        task_queues=[_queue(queue_name(deployable, lane), is_quorum=is_amqp(url)) for lane in lanes],
    )
    return app


def _queue(name: str, *, is_quorum: bool) -> Queue:
    arguments = _QUORUM if is_quorum else None
    return Queue(name, Exchange(""), routing_key=name, queue_arguments=arguments)  # type: ignore[no-untyped-call]


_SETTINGS: dict[str, Any] = {
    # Acknowledged when the job's run has ended: a killed worker's message goes to the next one. (The companion for
    # pools of processes, task_reject_on_worker_lost, has no part here: a lane is a thread of the worker itself.)
    "task_acks_late": True,
    # One message at a time: what waits behind a film stays in the queue, where an idle worker can have it.
    "worker_prefetch_multiplier": 1,
    "worker_concurrency": 1,
    # Workers go on by themselves, however long the broker is away, also when it was away at their start.
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_channel_error_retry": True,
    "broker_connection_timeout": CONNECT_S,
    "broker_heartbeat": HEARTBEAT_S,
    # A film goes on while the connection is made anew: the lease decides whose it is, not the connection.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    # Results, progress and state are the ledger's; nothing is unpickled; nobody steers workers through the queue.
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "task_create_missing_queues": False,
}
