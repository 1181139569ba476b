"""Jobs: the queue people see, the engines that work it off, and the delivery of messages."""

from muster.jobs.delivery import backend_of, delivery_handler
from muster.jobs.desk import batch_lines, cancel_job, list_jobs, list_messages, receive, retry_job, retry_message
from muster.jobs.durable import DurableEngine
from muster.jobs.estimates import QueuedJob
from muster.jobs.inline import InlineEngine
from muster.jobs.queue import JobRow
from muster.jobs.running import Handlers, Task
from muster.jobs.uploads import upload_handler
from muster.jobs.worker import Pace, Worker

__all__ = [
    "DurableEngine",
    "Handlers",
    "InlineEngine",
    "JobRow",
    "Pace",
    "QueuedJob",
    "Task",
    "Worker",
    "backend_of",
    "batch_lines",
    "cancel_job",
    "delivery_handler",
    "list_jobs",
    "list_messages",
    "receive",
    "retry_job",
    "retry_message",
    "upload_handler",
]
