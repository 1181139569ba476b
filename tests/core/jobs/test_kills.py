"""Workers are killed at random points of uploads and deliveries: nothing is torn, and all is done once in the end."""

import random
import time


def test_killed_workers_lose_and_repeat_nothing(workshop, workers):
    chance = random.Random(20250314)
    for number in range(6):
        workshop.send(number)
        workshop.notify(number)
        worker = workers.start("north")
        time.sleep(chance.uniform(0.05, 0.6))
        assert workers.kill(worker) == -9
        assert workshop.torn() == []
    workshop.retry_given_up()
    assert workers.wait(workers.start("north", once=True)) == 0
    assert workshop.torn() == []
    assert workshop.missing() == []


def test_another_worker_takes_over_what_a_dead_one_had(workshop, workers):
    for number in range(3):
        workshop.send(number)
    worker = workers.start("north")
    time.sleep(0.4)
    workers.kill(worker)
    assert workers.wait(workers.start("south", once=True)) == 0
    assert workshop.torn() == []
    assert workshop.missing() == []
