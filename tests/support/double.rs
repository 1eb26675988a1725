//! A provider's double: a server that outlives every test.

use std::sync::mpsc;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Respond};

/// Its URL. It lives as long as the process, on a thread and a runtime of its own: every test has
/// its own runtime, and a server on one of them would end with that test.
pub fn serve(double: impl Respond + 'static) -> String {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(double).mount(&server).await;
            tell.send(server.uri()).expect("the starter waits");
            std::future::pending::<()>().await;
        });
    });
    told.recv().expect("the double starts")
}
