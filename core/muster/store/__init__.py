"""Tables, sessions, migrations, record history and blobs."""
