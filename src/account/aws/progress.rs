//! How far the audit is, on a terminal.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{self, Instant};

use super::record::Record;

/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// Draws a line on standard error until it is dropped. None if that is no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    drawing: JoinHandle<()>,
}

impl Progress {
    /// Begins to draw. Needs a runtime.
    pub fn begin(record: Arc<Record>) -> Option<Self> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{spinner} {pos} of {len} pools · {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let drawn = bar.clone();
        let drawing = tokio::spawn(async move {
            let began = Instant::now();
            loop {
                draw(&drawn, &record, began.elapsed());
                time::sleep(TICK).await;
            }
        });
        Some(Self { bar, drawing })
    }
}

fn draw(bar: &ProgressBar, record: &Record, elapsed: Duration) {
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    bar.set_length(count(&record.found) as u64);
    bar.set_position(count(&record.done) as u64);
    bar.set_message(told(count(&record.calls), count(&record.refused), elapsed));
    bar.tick();
}

/// Calls in all and per second, and those that were refused.
fn told(calls: usize, refused: usize, elapsed: Duration) -> String {
    #[expect(clippy::cast_precision_loss, reason = "no audit makes 2^52 calls")]
    let rate = calls as f64 / elapsed.as_secs_f64().max(0.001);
    format!("{calls} calls, {rate:.0} in a second, {refused} refused")
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.drawing.abort();
        self.bar.finish_and_clear();
    }
}
