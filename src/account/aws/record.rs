//! What was learnt so far, shared by all that ask.

use std::collections::BTreeSet;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::refusal::Refused;
use crate::account::{Answer, Asked, Audit, Gap, Refusal, kept};

/// Answers, gaps, and what is not read to the end.
#[derive(Debug, Default)]
pub struct Record {
    told: Mutex<Told>,
    /// Pools that were found.
    pub found: AtomicUsize,
    /// Pools that were read to the end.
    pub done: AtomicUsize,
    /// Calls that were answered or refused.
    pub calls: AtomicUsize,
    /// Calls that were refused.
    pub refused: AtomicUsize,
}

#[derive(Debug, Default)]
struct Told {
    answers: Vec<Answer>,
    gaps: Vec<Gap>,
    open: BTreeSet<Asked>,
}

impl Record {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what may be kept of an answer.
    pub fn answer(&self, asked: Asked, answer: Value) {
        let body = kept(asked.operation, answer);
        self.told().answers.push(Answer { asked, body });
    }

    /// Keeps that a call gave nothing.
    pub fn gap(&self, asked: Asked, refused: Refused) {
        self.told().gaps.push(Gap { asked, why: refused.why, message: refused.message });
    }

    /// Counts a call that came back.
    pub fn count(&self, is_refused: bool) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.refused.fetch_add(usize::from(is_refused), Ordering::Relaxed);
    }

    /// Something is going to be read; the call that stands for it names it.
    pub fn begin(&self, asked: &Asked) {
        self.told().open.insert(asked.clone());
    }

    /// It was read to the end.
    pub fn end(&self, asked: &Asked) {
        self.told().open.remove(asked);
    }

    /// Pools were found and are going to be read.
    pub fn find(&self, pools: impl ExactSizeIterator<Item = Asked>) {
        self.found.fetch_add(pools.len(), Ordering::Relaxed);
        self.told().open.extend(pools);
    }

    /// A pool was read to the end.
    pub fn done(&self, pool: &Asked) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.end(pool);
    }

    /// The audit was stopped: what is not read to the end is a gap.
    pub fn interrupt(&self) {
        let mut told = self.told();
        let open = mem::take(&mut told.open);
        let stopped = |asked| Gap { asked, why: Refusal::Interrupted, message: String::new() };
        told.gaps.extend(open.into_iter().map(stopped));
    }

    /// Takes out what was learnt.
    pub fn audit(&self) -> Audit {
        let told = mem::take(&mut *self.told());
        Audit::new(told.answers, told.gaps)
    }
}
