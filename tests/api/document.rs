//! The OpenAPI document, served as a file beside the wasm, and nothing of the repository that is no page.

use crate::support::http::Method;
use crate::support::service::ROOT;
use crate::support::Api;

const PATH: &str = "/openapi.json";

fn committed() -> String {
    let path = format!("{ROOT}{PATH}");
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[tokio::test]
async fn the_committed_document_is_served_to_whoever_asks() {
    let api = Api::new().await;
    let reply = api.call(Method::GET, PATH).send().await;
    reply.expect_status(200);
    assert!(
        reply.raw == committed(),
        "not the committed one, which scripts/build.sh copies"
    );
    let head = api.call(Method::HEAD, PATH).send().await;
    head.expect_status(200);
    assert_eq!(head.raw, "");
    for answer in [reply, head] {
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(!answer.header("etag").is_empty());
    }
}

/// By the platform and not by the service, so without the envelope.
#[tokio::test]
async fn it_is_read_and_nothing_else() {
    let api = Api::new().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let reply = api.call(method, PATH).send().await;
        assert_eq!(reply.status, 405);
        assert_eq!(reply.raw, "");
    }
}

#[tokio::test]
async fn nothing_else_of_the_folder_or_the_repository_is_served() {
    let api = Api::new().await;
    for path in [
        "/",
        "/_headers",
        "/index.html",
        "/openapi",
        "/openapi.json/",
        "/OpenAPI.json",
        "/web/dist/public/openapi.json",
        "/public/openapi.json",
        "/docs/docs.mjs",
        "/console/main.jsx",
        "/node_modules/swagger-ui-dist/swagger-ui-bundle.js",
        "/wrangler.toml",
        "/.dev.vars",
        "/build/index.js",
        "/docs/released/openapi-0.1.0.json",
        "/..%2f..%2fwrangler.toml",
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let get = method == Method::GET;
            let reply = api.call(method, path).send().await;
            assert_eq!(reply.status, 404, "{path}");
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
            if get {
                reply.fails(1005);
            }
        }
    }
}
