"""A partner's own SMS gateway, to which gatehouse posts each message (SMS_PROVIDER=webhook, SMS_WEBHOOK_URL,
SMS_WEBHOOK_SECRET), signed as Standard Webhooks has it. PORT and SMS_WEBHOOK_SECRET are its settings."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["SMS_WEBHOOK_SECRET"])

# In production a table with a unique column. As with every webhook, a message may come twice under one id, and a
# person should get it once.
seen = set()


def deliver(to: str, text: str) -> None:
    """Your carrier's API stands here. The text holds a code: it belongs into no log but this example's."""
    print(f"{to} {text}", flush=True)


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        # The bytes as they came: parsed and written again, they have another signature.
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            # By a key that gatehouse alone has, and at most five minutes ago, so that nobody can play it back later.
            message = WEBHOOK.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except (WebhookVerificationError, ValueError):  # The second: headers or a body that are not what they should.
            # To gatehouse a failure of this gateway: it tries the other provider, if there is one.
            return self.answer(400)
        if self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            deliver(message["to"], message["text"])
        # 2xx: taken. 422: this number cannot receive. 429, 503: not taken, ask again.
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        """Nothing of a request into a log."""


server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Gateway)
print("ready", flush=True)
server.serve_forever()
