//! The OAuth endpoints. They speak their RFCs, not the envelope.

use base64ct::{Base64, Encoding};
use serde_json::{json, Value};

use crate::app::App;
use crate::caller::{self, ClientCaller};
use crate::db::audit::{self, Entry, Whom};
use crate::db::clients::{self, Client, SecretHash};
use crate::db::sessions::{self, Session};
use crate::db::throttles::{self, Throttle};
use crate::error::{Error, RetryAfter};
use crate::http::{Input, Reply};
use crate::refresh_token::RefreshToken;
use crate::routes::otp::forget_ended;
use crate::routes::refresh::{rotate, sign, TokenOf};
use crate::secret::{equal, hex, sha256_hex};
use crate::token::{AccessClaims, Scope};

/// `GET /.well-known/jwks.json` (RFC 7517 §5)
pub async fn jwks(app: &App) -> Result<Reply, Error> {
    Ok(Reply::json(200, &app.config.keys.public_jwks())
        .with_header("Cache-Control", "public, max-age=300"))
}

/// `POST /oauth2/token` (RFC 6749 §4.4, §6): client_credentials and refresh_token.
pub async fn token(app: &App, input: &Input) -> Result<Reply, Error> {
    answered(grant(app, input).await)
}

async fn grant(app: &App, input: &Input) -> Result<Reply, Refusal> {
    let form = Form::read(input)?;
    let grant = form
        .value("grant_type")?
        .ok_or_else(|| invalid_request("grant_type is missing"))?;
    let client = authenticate(app, input, &form).await?;
    match grant.as_str() {
        "client_credentials" => client_credentials(app, &form, &client),
        "refresh_token" => refresh_token(app, &form, &client).await,
        _ => Err(OAuthError::new(
            400,
            "unsupported_grant_type",
            "grant_type must be client_credentials or refresh_token",
        )
        .into()),
    }
}

/// RFC 6749 §6: what `/v1/user/refresh` does, in this RFC's words.
async fn refresh_token(app: &App, form: &Form, client: &Client) -> Result<Reply, Refusal> {
    let presented = form
        .value("refresh_token")?
        .ok_or_else(|| invalid_request("refresh_token is missing"))?;
    let scope = Scope::UserAuth.as_str();
    if form.value("scope")?.is_some_and(|asked| asked != scope) {
        return Err(OAuthError::new(
            400,
            "invalid_scope",
            "a refresh token has the scope user_auth",
        )
        .into());
    }
    let caller = ClientCaller {
        client_id: client.id.clone(),
        partner_id: client.partner_id.clone(),
    };
    let (session, successor) = match rotate(app, &caller, &presented, None).await {
        Err(Error::RefreshInvalid) => {
            return Err(
                OAuthError::new(400, "invalid_grant", "the refresh token is not valid").into(),
            )
        }
        other => other?,
    };
    let signed = sign(app, &caller, &TokenOf::session(&session, &successor))?;
    Ok(Reply::json(
        200,
        &json!({
            "access_token": signed.token,
            "token_type": "Bearer",
            "expires_in": signed.expires_at - signed.issued_at,
            "refresh_token": successor.expose(),
            "scope": scope,
        }),
    )
    .with_header("Pragma", "no-cache"))
}

/// `POST /oauth2/introspect` (RFC 7662): for an authenticated client, of its partner's tokens.
/// Of any other, and of one that is not active, exactly `{"active": false}`.
pub async fn introspect(app: &App, input: &Input) -> Result<Reply, Error> {
    answered(introspection(app, input).await)
}

async fn introspection(app: &App, input: &Input) -> Result<Reply, Refusal> {
    let form = Form::read(input)?;
    let client = authenticate(app, input, &form).await?;
    let token = form
        .value("token")?
        .ok_or_else(|| invalid_request("token is missing"))?;
    let active = match token.starts_with("rt_") {
        true => active_refresh_token(app, &client, &token).await?,
        false => active_access_token(app, &client, &token).await?,
    };
    Ok(Reply::json(
        200,
        &active.unwrap_or_else(|| json!({ "active": false })),
    ))
}

async fn active_access_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<Value>, Error> {
    let Ok(verified) = app.config.keys.verify_with_times(token, app.now) else {
        return Ok(None);
    };
    let claims = verified.claims;
    let live = match &claims.login {
        Some(login) => caller::is_live(app, &login.sid, &claims.sub).await?,
        None => {
            !app.revocations
                .is_revoked(&claims.jti, &claims.client_id, app.now)
                .await?
        }
    };
    if !live || claims.partner_id != client.partner_id {
        return Ok(None);
    }
    let mut shown = json!({
        "active": true,
        "token_type": "Bearer",
        "scope": claims.scope.as_str(),
        "client_id": claims.client_id,
        "sub": claims.sub,
        "iss": claims.iss,
        "aud": claims.aud,
        "jti": claims.jti,
        "iat": verified.issued_at,
        "exp": verified.expires_at,
    });
    if let Some(login) = claims.login {
        shown["sid"] = json!(login.sid);
        shown["auth_time"] = json!(login.auth_time);
        shown["amr"] = json!(login.amr);
        shown["roles"] = json!(login.roles);
    }
    Ok(Some(shown))
}

async fn active_refresh_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<Value>, Error> {
    let Some(token) = RefreshToken::parse(token, &app.config.peppers) else {
        return Ok(None);
    };
    let find = sessions::of_token(
        &token.session_id(),
        &token.hash(),
        &client.partner_id,
        app.now,
    );
    let session: Option<Session> = app.db.batch(vec![find]).await?.row(0)?;
    Ok(session.map(|session| {
        json!({
            "active": true,
            "scope": Scope::UserAuth.as_str(),
            "sub": session.user_id,
            "sid": session.id,
            "iss": app.config.keys.issuer(),
            "exp": session.expires_at / 1000,
        })
    }))
}

/// `POST /oauth2/revoke` (RFC 7009). A user's token, of either kind, takes its whole session; a
/// token that is unknown, or another client's, is answered the same and left alone.
pub async fn revoke(app: &App, input: &Input) -> Result<Reply, Error> {
    answered(revocation(app, input).await)
}

async fn revocation(app: &App, input: &Input) -> Result<Reply, Refusal> {
    let form = Form::read(input)?;
    let client = authenticate(app, input, &form).await?;
    let token = form
        .value("token")?
        .ok_or_else(|| invalid_request("token is missing"))?;
    let session = match RefreshToken::parse(&token, &app.config.peppers) {
        Some(token) => Some(token.session_id()),
        None => {
            let claims = app.config.keys.verify(&token, app.now).ok();
            let claims = claims.filter(|claims| claims.client_id == client.id);
            if let Some(claims) = claims.as_ref().filter(|claims| claims.login.is_none()) {
                app.revocations
                    .revoke(&claims.jti, app.config.client_token_life)
                    .await?;
            }
            claims
                .and_then(|claims| claims.login)
                .map(|login| login.sid)
        }
    };
    if let Some(session) = session {
        end_session(app, &client, &session).await?;
    }
    Ok(Reply::json(200, &json!({})))
}

async fn end_session(app: &App, client: &Client, session: &str) -> Result<(), Error> {
    let entry = Entry {
        whom: Whom::OfSession(session),
        event: "session.end",
        outcome: "revoked",
    };
    let origin = app.origin(&client.partner_id, Some(&client.id));
    let end = sessions::end_of_client(session, &client.id, app.now);
    let results = app
        .db
        .batch(vec![end, audit::record_if_changed(&origin, &entry)])
        .await?;
    forget_ended(app, &results, 0).await
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414 §2)
pub async fn metadata(app: &App) -> Result<Reply, Error> {
    let issuer = app.config.keys.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    let methods = ["client_secret_basic", "client_secret_post"];
    Ok(Reply::json(
        200,
        &json!({
            "issuer": issuer,
            "token_endpoint": at("/oauth2/token"),
            "jwks_uri": at("/.well-known/jwks.json"),
            "introspection_endpoint": at("/oauth2/introspect"),
            "revocation_endpoint": at("/oauth2/revoke"),
            "grant_types_supported": ["client_credentials", "refresh_token"],
            "response_types_supported": [],
            "scopes_supported": ["client_auth", "user_auth", "admin"],
            "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
        }),
    )
    .with_header("Cache-Control", "public, max-age=300"))
}

/// A failure that any path may meet, said as an OAuth error (RFC 6749 §5.2).
pub fn in_its_words(error: &Error, reply: Reply) -> Reply {
    let code = match error {
        Error::Unavailable(_) | Error::TooManyRequests => "temporarily_unavailable",
        Error::Internal(_) => "server_error",
        _ => "invalid_request",
    };
    let body = json!({ "error": code, "error_description": error.message() });
    Reply {
        body: body.to_string(),
        ..reply
    }
}

fn answered(result: Result<Reply, Refusal>) -> Result<Reply, Error> {
    match result {
        Ok(reply) => Ok(reply),
        Err(Refusal::OAuth(problem)) => Ok(problem.into_reply()),
        Err(Refusal::Ours(error)) => Err(error),
    }
}

/// No refresh token: the client has its secret (RFC 6749 §4.4.3).
fn client_credentials(app: &App, form: &Form, client: &Client) -> Result<Reply, Refusal> {
    let scope = client.scope.as_str();
    if form
        .value("scope")?
        .is_some_and(|asked| asked.split(' ').any(|one| one != scope))
    {
        return Err(OAuthError {
            status: 400,
            code: "invalid_scope",
            description: format!("this client has the scope {scope}"),
            wait: None,
        }
        .into());
    }
    let claims = AccessClaims {
        iss: String::new(),
        aud: String::new(),
        sub: client.id.clone(),
        client_id: client.id.clone(),
        partner_id: client.partner_id.clone(),
        scope: client.scope,
        jti: hex(&app.ids.bytes()[..16]),
        login: None,
    };
    let signed = app
        .config
        .keys
        .sign(claims, app.now, app.config.client_token_life)
        .map_err(Error::Internal)?;
    Ok(Reply::json(
        200,
        &json!({
            "access_token": signed.token,
            "token_type": "Bearer",
            "expires_in": signed.expires_at - signed.issued_at,
            "scope": scope,
        }),
    )
    .with_header("Pragma", "no-cache"))
}

/// The client by HTTP Basic or by the body (RFC 6749 §2.3.1), not both.
///
/// Guessing is slowed down by counting failures, but a right secret always passes: it has 256
/// random bits, and a client's id is no secret, so a lock would only shut a partner out.
pub async fn authenticate(app: &App, input: &Input, form: &Form) -> Result<Client, Refusal> {
    let (id, secret, basic) = credentials(input, form)?;
    let subject = format!(
        "client_{}",
        hex(&app
            .config
            .peppers
            .current()
            .mac("client v1", &[id.as_bytes()])[..16])
    );
    let results = app
        .db
        .batch(vec![
            clients::find(&id),
            clients::secrets(&id, app.now),
            throttles::read(&subject),
        ])
        .await?;
    let given = sha256_hex(secret.as_bytes());
    let hashes: Vec<SecretHash> = results.rows(1)?;
    let right = hashes.iter().fold(false, |right, hash| {
        right | equal(hash.secret_hash.as_bytes(), given.as_bytes())
    });
    if let (true, Some(client)) = (right, results.row::<Client>(0)?) {
        return Ok(client);
    }
    if let Some(throttle) = results
        .row::<Throttle>(2)?
        .filter(|throttle| throttle.blocked_until > app.now)
    {
        let wait = RetryAfter::until(throttle.blocked_until, app.now);
        return Err(OAuthError {
            status: 429,
            code: "invalid_client",
            description: format!("too many failures; try again in {} s", wait.0),
            wait: Some(wait),
        }
        .into());
    }
    app.db
        .batch(vec![throttles::count(&subject, &app.work_id, app.now)])
        .await?;
    Err(OAuthError {
        status: if basic { 401 } else { 400 },
        code: "invalid_client",
        description: "the client is unknown or its secret is wrong".into(),
        wait: None,
    }
    .into())
}

fn credentials(input: &Input, form: &Form) -> Result<(String, String, bool), Refusal> {
    let body = (form.value("client_id")?, form.value("client_secret")?);
    match (input.header("Authorization"), body) {
        (Some(_), (_, Some(_))) => Err(invalid_request(
            "authenticate in one way: by Basic or by the body",
        )),
        (Some(header), (body_id, None)) => {
            let (id, secret) = basic(&header).ok_or_else(|| OAuthError {
                status: 401,
                code: "invalid_client",
                description: "the Authorization header is not Basic with id and secret".into(),
                wait: None,
            })?;
            if body_id.is_some_and(|body_id| body_id != id) {
                return Err(invalid_request(
                    "client_id differs from the one in the Authorization header",
                ));
            }
            Ok((id, secret, true))
        }
        (None, (Some(id), Some(secret))) => Ok((id, secret, false)),
        (None, _) => Err(OAuthError {
            status: 401,
            code: "invalid_client",
            description: "send the client's id and secret".into(),
            wait: None,
        }
        .into()),
    }
}

/// Id and secret are each form-urlencoded before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") || encoded.len() > 2048 {
        return None;
    }
    let pair = String::from_utf8(Base64::decode_vec(encoded).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

fn form_decode(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return Some(text.into());
    }
    let pair = format!("v={text}");
    let (_, value) = form_urlencoded::parse(pair.as_bytes()).next()?;
    Some(value.into_owned())
}

/// The parameters of a form, none of them twice (RFC 6749 §3.2).
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn read(input: &Input) -> Result<Form, Refusal> {
        if input.media_type().as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(invalid_request(
                "send the body as application/x-www-form-urlencoded",
            ));
        }
        if !input.query.is_empty() {
            return Err(invalid_request(
                "parameters belong in the body, not in the URL",
            ));
        }
        Ok(Form(
            form_urlencoded::parse(&input.body).into_owned().collect(),
        ))
    }

    /// Without a value it is treated as absent (RFC 6749 §3.2).
    pub fn value(&self, name: &str) -> Result<Option<String>, Refusal> {
        let mut values = self
            .0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(invalid_request(&format!("{name} stands in the body twice"))),
            (value, None) => Ok(value.filter(|value| !value.is_empty()).cloned()),
        }
    }
}

/// An error of RFC 6749 §5.2, or one that any call may meet.
pub enum Refusal {
    OAuth(OAuthError),
    Ours(Error),
}

pub struct OAuthError {
    status: u16,
    code: &'static str,
    description: String,
    wait: Option<RetryAfter>,
}

impl OAuthError {
    fn new(status: u16, code: &'static str, description: &str) -> OAuthError {
        OAuthError {
            status,
            code,
            description: description.into(),
            wait: None,
        }
    }

    fn into_reply(self) -> Reply {
        let body: Value = json!({ "error": self.code, "error_description": self.description });
        let mut reply = Reply::json(self.status, &body).with_header("Pragma", "no-cache");
        if self.status == 401 {
            reply = reply.with_header("WWW-Authenticate", "Basic realm=\"gatehouse\"");
        }
        if let Some(wait) = self.wait {
            reply = reply.with_header("Retry-After", wait.0.to_string());
        }
        reply
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Refusal {
        Refusal::OAuth(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Ours(error)
    }
}

fn invalid_request(description: &str) -> Refusal {
    OAuthError {
        status: 400,
        code: "invalid_request",
        description: description.into(),
        wait: None,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(id: &str, secret: &str) -> String {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!(
            "Basic {}",
            Base64::encode_string(format!("{}:{}", encode(id), encode(secret)).as_bytes())
        )
    }

    #[test]
    fn id_and_secret_come_out_of_basic_as_they_went_in() {
        assert_eq!(
            basic(&encoded("cli_1", "p+ss:%41 ü")),
            Some(("cli_1".into(), "p+ss:%41 ü".into()))
        );
        for header in ["", "Basic", "Basic !!!", "Bearer abc", "Basic YWJj"] {
            assert_eq!(basic(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_id_and_secret_survive_basic(id in "\\PC{1,20}", secret in "\\PC{1,40}") {
            prop_assert_eq!(basic(&encoded(&id, &secret)), Some((id, secret)));
        }

        #[test]
        fn no_header_makes_it_panic(header in "\\PC{0,200}") {
            let _ = basic(&header);
        }
    }
}
