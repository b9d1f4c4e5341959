"""Reading what a request carries without letting it fill the memory."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_BODY_BYTES = 64 * 1024


async def read_body(request: Request) -> bytes:
    """The request's body; more than `MAX_BODY_BYTES` is answered with 413."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
    return bytes(body)
