//! Ctrl-C: the first time it ends the audit, so that what is known is judged; after that, the program.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal;
use tokio::task::AbortHandle;

/// What a shell says of a program that Ctrl-C ended.
const ENDED: i32 = 130;

/// An audit that Ctrl-C can stop.
#[derive(Debug)]
pub struct Interrupt {
    running: Arc<AtomicBool>,
}

impl Interrupt {
    /// Stops `audit` at the first Ctrl-C. Where signals cannot be heard, Ctrl-C ends the program as ever.
    pub fn of(audit: AbortHandle) -> Self {
        let running = Arc::new(AtomicBool::new(true));
        let is_running = running.clone();
        thread::spawn(move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                while signal::ctrl_c().await.is_ok() {
                    if !is_running.swap(false, Ordering::Relaxed) {
                        process::exit(ENDED);
                    }
                    audit.abort();
                }
            });
        });
        Self { running }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.running.store(false, Ordering::Relaxed);
    }
}
