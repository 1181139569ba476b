import subprocess
import sys

import pytest

import muster.validation


def test_the_engine_is_loaded_when_it_is_used_and_never_needs_the_store():
    script = (
        "import sys, muster.validation as v; assert 'polars' not in sys.modules; "
        "v.validate, v.check_rules, v.ruleset_digest, v.rule; "
        "print('polars' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "True False\n"


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError):
        _ = muster.validation.nothing
