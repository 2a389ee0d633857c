"""fastapi-pagination by pages, offsets and cursors over 57 items; prints its port when it listens."""

import socket

import uvicorn
from fastapi import FastAPI
from fastapi_pagination import LimitOffsetPage, Page, add_pagination, paginate
from pydantic import BaseModel


class Item(BaseModel):
    id: int
    name: str


ITEMS = [Item(id=n, name=f"item {n}") for n in range(1, 58)]
app = FastAPI()


@app.get("/page", response_model=Page[Item])
def by_page():
    return paginate(ITEMS)


@app.get("/offset", response_model=LimitOffsetPage[Item])
def by_offset():
    return paginate(ITEMS)


add_pagination(app)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
