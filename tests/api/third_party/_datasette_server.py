"""Datasette over a table of 57 items; prints its port when it listens."""

import socket
import sqlite3
import tempfile

import uvicorn
from datasette.app import Datasette

path = tempfile.mkdtemp() + "/shop.db"
with sqlite3.connect(path) as db:
    db.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)")
    db.executemany("INSERT INTO items VALUES (?, ?)", [(n, f"item {n}") for n in range(1, 58)])
app = Datasette([path]).app()
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
