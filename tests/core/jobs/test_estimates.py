"""When a job will be done, and how the queue is told in words."""

from datetime import timedelta

import pytest

from muster.jobs import batch_lines, list_jobs
from muster.jobs.desk import rows_in
from muster.jobs.estimates import Speed, speed_of
from muster.jobs.leases import take
from muster.jobs.queue import add_job, begin, cancel, end, reach
from muster.jobs.wording import job_cells, job_document
from muster.store.job_tables import worker


@pytest.fixture
def queue(store, clubs):
    """Give what makes jobs: ``done`` of a size in some seconds, and others in every state."""

    class Queue:
        now = clubs.now

        def add(self, rows, kind="upload", ago=0):
            with store.writing() as connection:
                return add_job(connection, kind, 7, "ana", rows, self.now - timedelta(seconds=ago))

        def running(self, rows, ago=0, kind="upload"):
            number = self.add(rows, kind)
            with store.writing() as connection:
                begin(connection, number, "north", self.now - timedelta(seconds=ago))
            return number

        def done(self, rows, seconds, kind="upload"):
            number = self.running(rows, seconds, kind)
            with store.writing() as connection:
                end(connection, number, "done", self.now)
            return number

        def ends(self):
            found = list_jobs(store, clubs.ana)
            return {one.job.id: one.ends_at and (one.ends_at - self.now).total_seconds() for one in found}

    return Queue()


def test_the_speed_is_that_of_all_rows_together():
    assert speed_of([]) == Speed(None, None)
    assert Speed(100.0, 9.0).seconds(1000) == 10.0
    assert Speed(100.0, 9.0).seconds(0) == 9.0
    assert Speed(None, None).seconds(1000) is None


def test_open_jobs_end_one_after_the_other(queue):
    queue.done(1000, 10)
    queue.done(3000, 10)
    running, first, second = queue.running(4000, ago=5), queue.add(2000), queue.add(400)
    assert queue.ends() == {1: None, 2: None, running: 15.0, first: 25.0, second: 27.0}


def test_several_workers_share_the_queue(queue, store):
    with store.writing() as connection:
        take(connection, "north", queue.now)
        connection.execute(worker.insert().values(name="south", process="elsewhere:1", started_at="", lease_until="9"))
    queue.done(1000, 10)
    first, second = queue.add(1000), queue.add(2000)
    assert queue.ends() == {1: None, first: 10.0, second: 20.0}


def test_without_finished_jobs_of_the_kind_nothing_is_promised(queue):
    queue.done(1000, 10, kind="delivery")
    number = queue.add(1000)
    assert queue.ends()[number] is None


def test_progress_is_what_the_job_says_or_what_its_time_says(queue, store, clubs):
    queue.done(1000, 100)
    number = queue.running(1000, ago=50)
    (job,) = [one for one in list_jobs(store, clubs.ana) if one.job.id == number]
    assert job.progress == 0.5
    with store.writing() as connection:
        reach(connection, number, 0.75)
    assert list_jobs(store, clubs.ana)[0].progress == 0.75


def test_jobs_in_words(queue, store, clubs):
    queue.done(60_000, 60)
    running, waiting, failed = queue.running(100_000, ago=50), queue.add(600_000), queue.add(1, kind="delivery")
    with store.writing() as connection:
        end(connection, failed, "failed", queue.now, "The moon is full.")
        cancel(connection, running, queue.now)
    cells = {int(row[0]): row for row in (job_cells(one, queue.now) for one in list_jobs(store, clubs.ana))}
    assert cells[running] == ("2", "batch 7", "stopping", "50%", "under a minute", "ana", "north", "")
    assert cells[waiting] == ("3", "batch 7", "queued", "", "about 11 minutes", "ana", "", "")
    assert cells[failed] == ("4", "delivery", "failed", "", "", "ana", "", "The moon is full.")
    document = job_document(list_jobs(store, clubs.ana)[1])
    assert (document["status"], document["progress"], document["ends_at"]) == (
        "queued",
        0.0,
        queue.now + timedelta(seconds=650),
    )


def test_watching_tells_every_change_until_all_is_done(queue, store, clubs):
    first, second = queue.running(0), queue.add(0)

    def steps():
        yield lambda connection: reach(connection, first, 0.25)
        yield lambda connection: end(connection, first, "done", queue.now)
        yield lambda connection: end(connection, second, "failed", queue.now, "The moon is full.")

    coming = steps()

    def pause(_):
        with store.writing() as connection:
            next(coming)(connection)

    assert list(batch_lines(store, clubs.ana, pause=pause)) == [
        "Job 2, batch 7: queued",
        "Job 1, batch 7: running (0%)",
        "Job 1, batch 7: running (25%)",
        "Job 2, batch 7: queued (under a minute left)",
        "Job 1, batch 7: done",
        "Job 2, batch 7: failed: The moon is full.",
    ]


def test_the_size_of_a_text_is_its_lines_and_that_of_a_workbook_unknown(tmp_path):
    assert rows_in(b"a\tb\n1\t2\n") == 2
    assert rows_in(b"PK\0\0\n") == 0
    for name, content, size in (("a.tsv", b"1\n" * 3000, 3000), ("a.xlsx", b"PK\0\n", 0)):
        (tmp_path / name).write_bytes(content)
        assert rows_in(tmp_path / name) == size
