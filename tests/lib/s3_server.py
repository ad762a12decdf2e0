"""An object storage for tests: moto's S3 in memory, with what moto does not have: signatures are verified, by botocore.

Prints its port. The bucket "chat" exists. POST /-/fail?count=2&status=503&code=SlowDown lets so many of the next requests fail.
"""

import sys
import threading
from datetime import datetime, timezone
from urllib.parse import parse_qs

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

ACCESS_KEY, SECRET_KEY, BUCKET = "test-access-key", "test-secret-key", "chat"
CLOCK_SKEW_MAX_SECONDS = 15 * 60


class Checked:
    """The application behind a check of each request."""

    def __init__(self, application):
        self.application = application
        self.lock = threading.Lock()
        self.failures = []

    def __call__(self, environ, start_response):
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if environ["PATH_INFO"] == "/-/fail":
            with self.lock:
                self.failures = [(int(query["status"]), query["code"])] * int(query["count"])
            return respond(start_response, 204, "")
        # What is not read would be taken for the next request.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self.lock:
            failure = self.failures.pop() if self.failures else denial(environ, query)
        if failure:
            return respond(start_response, *failure)
        environ["wsgi.input"] = Input(body)
        # moto itself is not made for threads that write the same object.
        with self.lock:
            return self.application(environ, start_response)


class Input:
    """The body, once more."""

    def __init__(self, body):
        self.body = body

    def read(self, size=-1):
        size = len(self.body) if size is None or size < 0 else size
        part, self.body = self.body[:size], self.body[size:]
        return part

    def readline(self, *_):
        return self.read()


def denial(environ, query):
    """Status and code of a request whose signature is not right."""
    credential = query.get("X-Amz-Credential", "").split("/")
    if len(credential) != 5 or credential[0] != ACCESS_KEY:
        return 403, "InvalidAccessKeyId"
    signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs((datetime.now(timezone.utc) - signed_at).total_seconds()) > CLOCK_SKEW_MAX_SECONDS:
        return 403, "RequestTimeTooSkewed"
    raw_path = environ.get("RAW_URI") or environ["REQUEST_URI"]
    unsigned = "&".join(part for part in raw_path.split("?", 1)[1].split("&") if not part.startswith("X-Amz-Signature="))
    url = f"http://{environ['HTTP_HOST']}{raw_path.split('?', 1)[0]}?{unsigned}"
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=url, headers={"host": environ["HTTP_HOST"]})
    request.context["timestamp"] = query["X-Amz-Date"]
    auth = S3SigV4QueryAuth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", credential[2], expires=int(query["X-Amz-Expires"]))
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return None if expected == query.get("X-Amz-Signature") else (403, "SignatureDoesNotMatch")


def respond(start_response, status, code):
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>m</Message></Error>' if code else ""
    start_response(f"{status} X", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body.encode()]


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


s3_backends["123456789012"]["aws"].create_bucket(BUCKET, "us-east-1")
application = Checked(create_backend_app("s3"))
server = make_server("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0, application, threaded=True, request_handler=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
