"""The WSGI entry: ``gunicorn wsgi:app``; ``./kinerja`` hands its commands over to the same app."""

import gc
import os
import sys

from portal import create_app
from portal.cli import note_data_folder
from portal.config import BadSetting

note_data_folder(sys.argv, os.environ)
try:
    app = create_app()
except BadSetting as problem:
    raise SystemExit(f"Gagal: {problem}") from None

# The server's processes are forked from this one: what is here stays shared among them, if nothing looks at it.
gc.collect()
gc.freeze()
