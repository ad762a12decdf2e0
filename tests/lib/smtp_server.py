"""A mail server for tests: aiosmtpd, which takes mails and says so, or fails as it is told.

    smtp_server.py [CERTIFICATE KEY]

Prints its ports (without a certificate only the unencrypted one), and then a line of JSON for each mail that it takes: {"mail": ...}.
Each line that it reads is what it does with the next mail instead, such as {"at": "rcpt", "answer": "550 5.1.1 No such user"}: `at` is
mail, rcpt, data (while the mail is sent) or end (after it), and for `answer` there may be `hang` or `close`. It answers {"told": at}, and
prints {"done": at} when it does so.
"""

import asyncio
import json
import logging
import ssl
import sys
import warnings
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"chat", "s3cret – ü".encode()
tasks = []
# Log-ins without encryption, and connections that a test ends.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def say(value):
    print(json.dumps(value), flush=True)


async def perform(server, at):
    """The answer of the next task, if it is for this step."""
    if not tasks or tasks[0]["at"] != at:
        return None
    task = tasks.pop(0)
    say({"done": at})
    if task["answer"] == "hang":
        await asyncio.Event().wait()
    if task["answer"] == "close":
        server.transport.abort()
    return task["answer"]


class Server(SMTP):
    async def smtp_DATA(self, arg):
        answer = await perform(self, "data")
        if answer == "close":
            return
        if answer:
            await self.push(answer)
            return
        await super().smtp_DATA(arg)


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await perform(server, "mail")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await perform(server, "rcpt")
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = await perform(server, "end")
        if answer:
            return answer
        message = message_from_bytes(envelope.content, policy=policy.default)
        say({"mail": {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "is_encrypted": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
            "is_ascii": envelope.content.isascii(),
            "user": session.authenticated and USER.decode(),
        }})
        return "250 Taken"


def authenticate(server, session, envelope, mechanism, data):
    # Not handled: aiosmtpd answers 535.
    return AuthResult(success=data.login == USER and data.password == PASSWORD, handled=False)


async def main():
    loop, handler = asyncio.get_running_loop(), Handler()
    log_in = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}

    async def listen(ssl_context=None, **options):
        def protocol():
            return Server(handler, loop=loop, hostname="smtp.test", **options)

        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=ssl_context)
        return server, server.sockets[0].getsockname()[1]

    listeners = {"plain": await listen(enable_SMTPUTF8=True)}
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        listeners["starttls"] = await listen(tls_context=context, require_starttls=True, **log_in)
        listeners["tls"] = await listen(context, **log_in)
    say({name: port for name, (_, port) in listeners.items()})
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        tasks.append(json.loads(line))
        say({"told": tasks[-1]["at"]})


asyncio.run(main())
