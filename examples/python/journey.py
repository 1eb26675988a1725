"""The whole journey of a customer: `python journey.py`, against `make dev`. GATEHOUSE_URL and GATEHOUSE_CLIENTS say
where the service and its credentials are, if not at port 8787 and in .state/."""

import json
import os
import pathlib
import random
import re
import sys
import time
import uuid

import httpx
from authlib.integrations.httpx_client import OAuth2Client

ROOT = pathlib.Path(__file__).parents[2]
BASE = os.environ.get("GATEHOUSE_URL", "http://localhost:8787").rstrip("/")
CLIENTS = pathlib.Path(os.environ.get("GATEHOUSE_CLIENTS", ROOT / ".state/clients.json"))
if not CLIENTS.exists():
    sys.exit(f"{CLIENTS} is not there: `make dev` writes it, and GATEHOUSE_CLIENTS=... names another")
demo = json.loads(CLIENTS.read_text())["demo"]
try:
    httpx.get(f"{BASE}/healthz").json()
except (httpx.HTTPError, httpx.InvalidURL, ValueError):
    where = "start it with `make dev`, or say where it is, as GATEHOUSE_URL=http://localhost:9000"
    sys.exit(f"no gatehouse answers at {BASE}: {where}")

# The client's token is got with the first call, and again a minute before its end. The secret never goes into an app.
gatehouse = OAuth2Client(
    demo["clientId"],
    demo["clientSecret"],
    base_url=BASE,
    token_endpoint=f"{BASE}/oauth2/token",
    grant_type="client_credentials",
    leeway=60,
)
gatehouse.fetch_token()


class Refused(Exception):
    def __init__(self, answer: httpx.Response):
        envelope = answer.json()
        super().__init__(f"{envelope['errorCode']} {envelope['errorMessage']} ({answer.headers['X-Request-Id']})")
        self.code, self.data = envelope["errorCode"], envelope["data"]


def call(method: str, path: str, body: dict | None = None, client: httpx.Client = gatehouse) -> dict:
    """The data of an answer. One Idempotency-Key over all attempts: a lost answer makes nothing twice."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for attempt in range(5):
        try:
            answer = client.request(method, path, json=body, headers=headers)
        except httpx.TransportError:
            if attempt == 4:
                raise
            wait = 0
        else:
            if answer.is_success:
                return answer.json()["data"]
            refused = Refused(answer)
            # At work on the first attempt, or not available: asked again after the time it says, with jitter.
            if refused.code not in (1007, 9002) or attempt == 4:
                raise refused
            wait = int(answer.headers.get("Retry-After", 0))
        time.sleep(wait + random.random() * 0.25 * 2**attempt)


def code_sent_to(number: str, after: str | None = None) -> tuple[str, str]:
    """The newest code and its time, once it is there: what the person reads on the phone."""
    query = {"to": number, "wait": 10} | ({"after": after} if after else {})
    # Longer than the outbox waits.
    messages = httpx.get(f"{BASE}/dev/outbox", params=query, timeout=15).json()["messages"]
    if not messages:
        raise LookupError(f"no code was sent to {number}")
    return re.search(r" is (\d+)\.", messages[0]["text"])[1], messages[0]["at"]


def say_verified(user: str) -> None:
    """The KYC provider's word that a person is who they say: signed by a route that only a local service has."""
    wanted = {"userId": user, "status": "VERIFIED", "name": "Ada", "surname": "Lovelace"}
    event = httpx.post(f"{BASE}/dev/kyc-event", json=wanted).raise_for_status().json()
    headers = {"Content-Type": "application/json"} | event["headers"]
    httpx.post(f"{BASE}{event['path']}", content=event["body"], headers=headers).raise_for_status()


# Sign up. No message yet: the number is proven at the first login.
phone = f"+1555{random.randrange(1_000_000, 10_000_000)}"
email = f"ada{time.time_ns()}@example.com"
password = "correct horse battery staple"
user = call("POST", "/v1/user/sign-up", {"phoneNumber": phone, "email": email, "password": password})
print(f"signed up    {user['userId']}")

# Log in: first what the person knows, then what the person has. A wrong code is an ordinary answer.
challenge = call("POST", "/v1/user/login", {"username": email, "password": password})
answer = {"sessionId": challenge["sessionId"], "username": email, "challengeType": "SMS_MFA"}
code, at = code_sent_to(phone)
try:
    call("POST", "/v1/user/otp", answer | {"code": ("1" if code[0] == "0" else "0") + code[1:]})
except Refused as refused:
    if refused.code != 4001:
        raise
    print(f"wrong code   {refused.data['triesLeft']} tries left")
tokens = call("POST", "/v1/user/otp", answer | {"code": code})

# The user's own calls go by the user's token, and by nothing of the client's.
with httpx.Client(base_url=BASE, headers={"Authorization": f"Bearer {tokens['accessToken']}"}) as app:
    me = call("GET", "/v1/user/me", client=app)
print(f"logged in    {me['email']}, {me['userAccountStatus']}")

# The next tokens: save both before either is used, since a refresh token is good for one exchange.
tokens = call("POST", "/v1/user/refresh", {"username": email, "refreshToken": tokens["refreshToken"]})
print(f"refreshed    for {tokens['expiresIn']} seconds")

# An account comes with the user; a portfolio and its address only once the KYC provider vouches for the person.
say_verified(user["userId"])
account = call("POST", "/v1/account/portfolio", {"accountId": user["accounts"][0]["accountId"], "name": "Savings"})
print(f"portfolio    {account['portfolios'][0]['publicAddress']}")

# Recover a lost password. The answer is the same for a stranger, and the message leaves after it.
reset = call("POST", "/v1/user/forget-password", {"email": email})
gate = {"sessionId": reset["sdkResponseMetadata"]["requestId"], "username": email, "challengeType": "RESET_PASSWORD"}
proof, _ = code_sent_to(phone, after=at)
call("POST", "/v1/user/otp", gate | {"code": proof})
better = "a better one, at last"
call("PUT", "/v1/user/change-password", gate | {"password": better, "passwordConfirm": better})

# That ended every session of the person: show the login.
try:
    call("POST", "/v1/user/refresh", {"username": email, "refreshToken": tokens["refreshToken"]})
except Refused as refused:
    if refused.code != 5001:
        raise
    print("reset        the sessions are over")
