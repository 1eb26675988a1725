//! What is run may not run for ever.

use std::process::{Child, Command};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// Kills the child's process group after `limit`, unless what this gives back was dropped before.
pub fn end_after(limit: Duration, child: &Child) -> Sender<()> {
    let (running, ended) = mpsc::channel();
    let kill = format!("kill -KILL -{}", child.id());
    thread::spawn(move || {
        if ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            let killed = Command::new("sh").args(["-c", &kill]).status();
            assert!(killed.is_ok_and(|status| status.success()), "{kill}");
        }
    });
    running
}
