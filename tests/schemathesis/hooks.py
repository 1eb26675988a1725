"""What schemathesis cannot know of the service from its document: who calls, what the SMS said, and
which refusals of a well-formed request are meant. scripts/fuzz-document.sh starts the service.

It leans on inner parts of schemathesis, which is pinned: EscalatingAuthProvider, the only one that
`object_level_authorization` knows identities from, and negated_parameters.
"""

import base64
import hashlib
import hmac
import itertools
import json
import os
import re
import time

import requests
import schemathesis
from schemathesis.generation.meta import negated_parameters
from schemathesis.wfc.escalation import ANONYMOUS, EscalatingAuthProvider

BASE = os.environ["GATEHOUSE_URL"]
SECRET = base64.b64decode(os.environ["GATEHOUSE_KYC_SECRET"].removeprefix("whsec_"))
with open(os.environ["GATEHOUSE_CLIENTS"]) as file:
    CLIENTS = json.load(file)

PASSWORD = "correct horse battery staple"
# What must be new each time is counted: schemathesis seeds the `random` module itself.
numbers = itertools.count(1)
events = itertools.count(1)
calls = itertools.count(1)


def person():
    """Somebody new, in a range of numbers of their own: ten SMS an hour go to a thousand numbers."""
    n = next(numbers)
    return {"phoneNumber": f"+1555{n:05}000", "email": f"person{n}@example.com", "password": PASSWORD}


def address():
    """Each request comes from elsewhere: the limit of an address is not what is looked at here."""
    n = next(calls)
    return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


def post(path, token, body):
    headers = {"Authorization": f"Bearer {token}", "CF-Connecting-IP": address()}
    answer = requests.post(BASE + path, json=body, headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.json()["data"]


def last_code():
    """In whatever language: a notice has no digits, and no mail a code."""
    messages = requests.get(f"{BASE}/dev/outbox", timeout=10).json()["messages"]
    found = (re.search(r"\d{4,10}", message["text"]) for message in messages if message["kind"] == "SMS")
    return next((code.group() for code in found if code), "0000")


# --- who calls ------------------------------------------------------------------------------


class Headers:
    """An identity that always sends the same."""

    def __init__(self, authorization):
        self.authorization = authorization

    def get(self, case, context):
        return self.authorization

    def set(self, case, data, context):
        case.headers["Authorization"] = data


class Client(Headers):
    def __init__(self, name):
        client = CLIENTS[name]
        credentials = (client["clientId"], client["clientSecret"])
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{BASE}/oauth2/token", data=form, auth=credentials, timeout=10)
        self.token = answer.json()["access_token"]
        super().__init__(f"Bearer {self.token}")


class User(Headers):
    """A customer of `demo`. A session that a call has ended is replaced by another customer's."""

    def __init__(self, client):
        self.client = client
        self.authorization = None

    def get(self, case, context):
        if self.authorization is None:
            somebody = person()
            token = self.client.token
            post("/v1/user/sign-up", token, somebody)
            login = {"username": somebody["email"], "password": PASSWORD}
            challenge = post("/v1/user/login", token, login)
            answer = {name: challenge[name] for name in ("sessionId", "username", "challengeType")}
            session = post("/v1/user/otp", token, answer | {"code": last_code()})
            self.authorization = f"Bearer {session['accessToken']}"
        return self.authorization


class Callers(EscalatingAuthProvider):
    """The one whose token the document names for the call."""

    def __init__(self, raw):
        self.of_call = {
            f"{method.upper()} {path}": self.caller(operation["security"])
            for path, methods in raw["paths"].items()
            for method, operation in methods.items()
        }
        demo = Client("demo")
        pair = f"{CLIENTS['demo']['clientId']}:{CLIENTS['demo']['clientSecret']}"
        basic = Headers(f"Basic {base64.b64encode(pair.encode()).decode()}")
        self.user = User(demo)
        providers = [demo, Client("other"), Client("root"), Client("demoRecovery"), self.user, basic]
        names = ["demo", "other", "root", "recovery", "user", "basic"]
        super().__init__(providers, names, peers=("demo", "other"))

    @staticmethod
    def caller(security):
        first = security[0] if security else {}
        if "clientAuth" in first:
            return {"admin": "root", "recovery.write": "recovery"}.get(first["clientAuth"][0], "demo")
        return {"userAuth": "user", "clientBasic": "basic"}.get(next(iter(first), None), ANONYMOUS)

    def index_for(self, label):
        return self.names.index(self.of_call[label])

    def record(self, label, identity, status_code):
        """Nobody moves on to another caller."""


callers = None


@schemathesis.hook
def before_load_schema(context, raw_schema):
    global callers
    callers = Callers(raw_schema)
    # `ignored_auth` looks at no oauth2 scheme; what is sent is a bearer token.
    raw_schema["components"]["securitySchemes"]["clientAuth"] = {"type": "http", "scheme": "bearer"}
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            operation["security"] = [{name: [] for name in one} for one in operation["security"]]


@schemathesis.hook
def after_load_schema(context, schema):
    schema.auth.providers.append(callers)


@schemathesis.deserializer("application/x-ndjson")
def lines(context, response):
    """All of them: the document describes such an answer as their list."""
    return [json.loads(line) for line in response.content.decode().splitlines()]


# --- what is sent ---------------------------------------------------------------------------

OAUTH = ("token", "introspect", "revoke")
# What they answer is no JSON as a whole, but each of its lines.
LINES = ("exportCustody", "listLostIndices")
# After them the user's session may be over.
ENDING = ("logout", "endSession", "disableUser", "eraseMe", "eraseUser", "revoke")
# By the challenge's id.
codes = {}
accounts = set()
# E-mails of users who have logged in: only their phones get the code of a reset.
proven = []


@schemathesis.hook
def before_call(context, case, kwargs):
    call = case.operation.definition.raw["operationId"]
    positive = case.meta is None or case.meta.generation.mode.is_positive
    if case.auth_identity == "user":
        case.headers["Authorization"] = callers.user.get(case, None)
    if positive and isinstance(case.body, dict):
        if case.meta and case.meta.phase.name.value == "stateful":
            likely(call, case.body)
        if call == "answerCode":
            case.body["code"] = codes.get(case.body["sessionId"], case.body["code"])
        if call == "createClient" and case.body.get("scope"):
            # Words of a list that grows, which no pattern has.
            case.body["scope"] = "client_auth users.read"
        if call in OAUTH:
            # The client has authenticated by Basic, and may do so in one way.
            case.body.pop("client_id", None)
            case.body.pop("client_secret", None)
    key = case.headers.get("Idempotency-Key")
    negated = {location.name for _, location in negated_parameters(case.meta)}
    if isinstance(key, str) and 0 < len(key) < 200 and "HEADER" not in negated:
        # The same key for the same body alone: a mismatch would hide what the body does.
        body = repr((case.body, case.path_parameters)).encode("utf-8", "replace")
        # A client that was made under it before may be deleted by now.
        again = next(calls) if call == "createClient" and positive else ""
        case.headers["Idempotency-Key"] = f"{key}-{hashlib.sha256(body).hexdigest()[:16]}{again}"
    if call in ("deleteClient", "rotateClientSecret"):
        known = {client["clientId"] for client in CLIENTS.values()}
        if case.path_parameters.get("clientId") in known:
            case.path_parameters["clientId"] = "cli_none"

    def prepared(request):
        request.headers["CF-Connecting-IP"] = address()
        if call in ("kycWebhook", "kycWebhookOfPartner") and positive:
            sign(request)
        return request

    kwargs["auth"] = prepared


def likely(call, body):
    """Where calls build on one another, the first of them have to succeed."""
    if call == "signUp":
        body.update(person())
        body.pop("roles", None)
    if call == "forgetPasswordByBody" and proven:
        body["email"] = proven.pop()


def verify(user):
    """By the KYC provider, so that portfolios can be opened."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    event = {"type": "kyc.status", "timestamp": now, "data": {"userId": user, "status": "VERIFIED"}}
    requests.post(f"{BASE}/v1/kyc/webhook", json=event, auth=sign, timeout=10).raise_for_status()


def sign(request):
    """As the KYC provider does (Standard Webhooks), over the bytes that are sent."""
    now = str(int(time.time()))
    event = f"evt_{next(events)}"
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    signature = hmac.new(SECRET, f"{event}.{now}.".encode() + body, hashlib.sha256).digest()
    request.headers["webhook-id"] = event
    request.headers["webhook-timestamp"] = now
    request.headers["webhook-signature"] = f"v1,{base64.b64encode(signature).decode()}"
    return request


@schemathesis.hook
def after_call(context, case, response):
    call = case.operation.definition.raw["operationId"]
    if response.status_code == 200 and call not in LINES:
        remember(call, case.body, response.json())
    ended = response.status_code == 200 and call in ENDING
    if ended or (case.auth_identity == "user" and response.status_code == 401):
        callers.user.authorization = None


def remember(call, asked, answer):
    match call:
        case "login":
            codes[answer["data"]["sessionId"]] = last_code()
        case "forgetPasswordByBody":
            # The SMS leaves a moment after the answer.
            time.sleep(0.5)
            codes[answer["data"]["sdkResponseMetadata"]["requestId"]] = last_code()
        case "signUp":
            verify(answer["data"]["userId"])
        case "openAccount":
            accounts.add(answer["data"]["accountId"])
        case "answerCode" if "@" in asked["username"]:
            proven.append(asked["username"])


# --- what is no failure ---------------------------------------------------------------------

# What no schema can say: of a well-formed request, refused with 400.
MEANT = {3002, 3003}  # a weak password, a role that the client may not give
SENTENCES = {
    # What the body names is not there.
    "partnerId is that of no partner.",
    "home is none of the service's homes.",
    # What the cursor names is not there.
    "cursor must be a nextCursor of an earlier answer.",
    # What the pattern of a day lets through.
    "day must be a day of UTC, as 2026-01-31 is one.",
    # One member against another.
    "email or phoneNumber must be given, and not both.",
    "defaultRoles must be among roles.",
    "passwordConfirm differs from password.",
    # What can be shown on a line.
    *(
        f"{name} may not be blank, and may hold no line breaks, control characters or marks that turn the direction of "
        "writing."
        for name in ("name", "partnerName", "reason")
    ),
    # Against the challenge.
    "code must have 4 digits.",
    "code must have 6 digits.",
    # Against what it is said to be.
    "code must be digits.",
    "code must have 4 to 10 characters.",
    "code must have 10 to 11 characters.",
    "code must be a recovery code: two groups of five letters and digits, such as 7K2QX-9M4TB.",
    # Against the numbering plans.
    *(
        f"{name} is not valid: leave out the digit that is dialled before the number inside its country alone, "
        "as the 0 in +4407700900123."
        for name in ("phoneNumber", "newPhoneNumber")
    ),
    # Against what the user has.
    "newEmail is what it is already.",
    "newPhoneNumber is what it is already.",
    # Against the clock.
    "timestamp must be an RFC 3339 time that is not in the future.",
    # In bytes of JSON.
    "data.address must be at most 4096 bytes.",
    # Of the grant `refresh_token` alone.
    "refresh_token is missing",
}
# What each setting has to be is said by the checks that the service's own settings meet.
SETTINGS = ("changeSettings", "changeSettingsOfPartner")
GRANTS = {"invalid_client", "invalid_grant", "invalid_scope"}


# Ids that are looked for and not read: one that can be nobody's is answered like one that is not
# there, so that nobody learns which there are.
LOOKED_FOR = {("endSession", "sessionId"), ("listAudit", "userId"), ("listClients", "partnerId")}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    call = case.operation.definition.raw["operationId"]
    match type(failure).__name__:
        case "RejectedPositiveData" if response.status_code == 400:
            return not is_meant(case, response.json())
        case "AcceptedNegativeData":
            negated = {(call, name) for name, _ in negated_parameters(case.meta)}
            return not (negated and negated <= LOOKED_FOR)
        case "AllowHeaderMismatch" | "UnsupportedMethodResponse" if call == "openPortfolio":
            # An account may be called portfolio: the path is that of readAccount too, for GET.
            return False
        case "EnsureResourceAvailability" if call == "openPortfolio":
            # The account that was just opened, and not one that was made up instead.
            return case.body.get("accountId") in accounts
    return True


def is_meant(case, answer):
    if {answer.get("errorMessage"), answer.get("error_description")} & SENTENCES:
        return True
    if case.operation.definition.raw["operationId"] in SETTINGS and answer.get("errorCode") == 1002:
        return True
    # A path that names what can be no partner is as one that somebody else has signed.
    if case.operation.definition.raw["operationId"] == "kycWebhookOfPartner":
        named = case.path_parameters.get("partnerId", "")
        if not named.startswith("prt_") and (answer.get("data") or {}).get("field") == "webhook-signature":
            return True
    if answer.get("errorCode") in MEANT or answer.get("error") in GRANTS:
        return True
    # The pattern of an e-mail cannot count what is before the `@`.
    texts = [case.body.get(name) for name in ("username", "email", "newEmail")] if isinstance(case.body, dict) else []
    texts += case.query.values()
    return any(isinstance(text, str) and text.find("@") > 64 for text in texts)
