"""What is computed of the crafts: who is a master, and by which days."""

import polars as pl

from muster.model.calculations import Calculated, Calculation


def masters(frames, place):
    del place
    most = frames["craft_list"].select("craft", "most_days")
    rows = (
        frames["crafts"]
        .join(most, on="craft", how="left")
        .with_columns(master=pl.col("days") * 2 >= pl.col("most_days"))
    )
    trace = rows.select("stone", "craft", why=pl.format("{} days of at most {}", "days", "most_days"))
    return Calculated(rows.filter("master").select("stone", "craft"), trace)


CALCULATIONS = (Calculation("masters", "Masters of a craft", ("crafts", "craft_list"), masters),)
