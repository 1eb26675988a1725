"""A service behind (deposit, withdraw, convert) verifies the access tokens that callers bring: tokens on standard
input, one a line, and of each who it is, or why not. GATEHOUSE_ISSUER is the `iss` that you accept (or
GATEHOUSE_URL, where `make dev` is not at port 8787), and GATEHOUSE_PARTNER the id of the partner whose customers you
serve, or several, separated by commas."""

import json
import os
import sys

import jwt

# Yours to know, never the token's to say: from it come the keys. To the byte, and without a slash at its end.
URL = os.environ.get("GATEHOUSE_URL", "http://localhost:8787")
ISSUER = (os.environ.get("GATEHOUSE_ISSUER") or URL).rstrip("/")

PARTNERS = [partner for partner in os.environ.get("GATEHOUSE_PARTNER", "").split(",") if partner]
if not PARTNERS:
    where = "examples/README.md says where it is"
    sys.exit(f"GATEHOUSE_PARTNER is missing: the id of the partner you serve, prt_...; {where}")

# Kept for a minute, as the service allows it: after a leak the old key is gone everywhere a minute later. A `kid`
# that is not in it has the set fetched again, at most every ten seconds, so that made-up ones cost nothing.
KEYS = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", lifespan=60, cooldown_duration=10)


def verify(token: str) -> dict:
    """The claims of a user's access token. Whether the session still lives they do not tell: examples/README.md."""
    header = jwt.get_unverified_header(token)
    # An access token, and no other kind of JWT of the same keys.
    if header.get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("typ is not at+jwt")
    claims = jwt.decode(
        token,
        KEYS.get_signing_key_from_jwt(token),
        # Never the one that the token names: "none", or HS256 under a public key, are known tricks.
        algorithms=["EdDSA"],
        issuer=ISSUER,  # Signed by this gatehouse, and not by staging's.
        audience=ISSUER,
        options={
            "require": ["exp", "iat", "iss", "aud", "sub", "scope", "partner_id", "sid", "auth_time", "roles"],
            # PyJWT would refuse an `iat` ahead of this machine's clock, and with it every fresh token where the clock
            # is a second behind. `exp` stays strict: that is what ends a token.
            "verify_iat": False,
        },
    )
    # A client's token has the same signature and issuer, but nobody has logged in with it: its `sub` is a client.
    if claims["scope"] != "user_auth":
        raise jwt.InvalidTokenError("not a user's token")
    # All partners of a gatehouse share its keys, issuer and audience: another's customers are none of yours.
    if claims["partner_id"] not in PARTNERS:
        raise jwt.InvalidTokenError("another partner's user")
    return claims


unavailable = 0
for line in sys.stdin:
    try:
        # Whose money it is: take the user from here, and never from the request beside it.
        print(verify(line.strip())["sub"])
    except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, json.JSONDecodeError):
        # 503: it says nothing of the token.
        says = "GATEHOUSE_ISSUER or GATEHOUSE_URL says where the service is"
        print(f"no answer for this token: {KEYS.uri} cannot be had. {says}", file=sys.stderr)
        unavailable += 1
    except jwt.PyJWTError as error:
        print(f"refused: {error}")  # 401
sys.exit(unavailable > 0)
