"""A partner's own SMS gateway, to which gatehouse posts each message (SMS_PROVIDER=webhook, SMS_WEBHOOK_URL,
SMS_WEBHOOK_SECRET), signed as Standard Webhooks has it. PORT and SMS_WEBHOOK_SECRET are its settings."""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

SECRET = os.environ.get("SMS_WEBHOOK_SECRET", "")
if not SECRET.startswith("whsec_"):
    how = "examples/README.md says how to draw one"
    sys.exit(f"SMS_WEBHOOK_SECRET is missing: whsec_ and base64, as gatehouse has; {how}")
WEBHOOK = Webhook(SECRET)

# In production a table with a unique column. As with every webhook, a message may come twice under one id, and a
# person should get it once.
seen = set()

# gatehouse sends less than one. Whoever knows the address can send anything.
LIMIT_BYTES = 16 * 1024


def deliver(to: str, text: str) -> None:
    """Your carrier's API stands here. The text holds a code: it belongs into no log."""
    print(f"to {to}: {len(text)} characters", flush=True)


class Gateway(BaseHTTPRequestHandler):
    timeout = 5  # seconds for whoever has sent a part and waits

    def do_POST(self):
        try:
            length = int(self.headers["Content-Length"] or 0)
            if not 0 <= length <= LIMIT_BYTES:
                raise ValueError("the body is too large")
            # The bytes as they came: parsed and written again, they have another signature.
            body = self.rfile.read(length)
            # By a key that gatehouse alone has, and at most five minutes ago, so that nobody can play it back later.
            message = WEBHOOK.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except (WebhookVerificationError, ValueError):  # The second: headers or a body that are not what they should.
            # To gatehouse a failure of this gateway: it tries the other provider, if there is one.
            return self.answer(401)
        message_id = self.headers["webhook-id"]
        if message_id not in seen:
            seen.add(message_id)
            try:
                deliver(message["to"], message["text"])
            except Exception:
                # It was not sent, as far as anybody knows: under the same id it may be asked for again.
                seen.discard(message_id)
                # What became of the message nobody knows: gatehouse counts it as sent.
                self.answer(500)
                raise
        # 2xx: taken. 422: this number cannot receive. 429, 503: not taken, ask again.
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        """Nothing of a request into a log."""


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Gateway)
print("ready", flush=True)
server.serve_forever()
