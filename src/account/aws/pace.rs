//! How fast calls follow each other: each waits for its turn in every line that it stands in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{self, Instant};

use crate::account::operation::Quota;
use crate::account::request::Rates;
use crate::account::{Asked, Operation};

/// The lines of an account in one Region.
#[derive(Debug, Default)]
pub struct Pace {
    rates: Rates,
    /// When the next call of a line may be made.
    next: Mutex<HashMap<Line, Instant>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Line {
    Quota(Quota),
    Operation(Operation),
    Pool(Operation, Arc<str>),
}

impl Pace {
    /// Lines as the service's quotas have them where the user says nothing else.
    pub fn new(rates: Rates) -> Self {
        Self { rates, next: Mutex::default() }
    }

    /// Waits until a call may be made.
    pub async fn turn(&self, asked: &Asked) {
        let at = self.place(asked, Instant::now());
        time::sleep_until(at).await;
    }

    /// When a call that comes now may be made; the calls after it wait for that.
    fn place(&self, asked: &Asked, now: Instant) -> Instant {
        let lines = self.lines(asked);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = lines.iter().filter_map(|(line, _)| next.get(line)).fold(now, |turn, next| turn.max(*next));
        for (line, rate) in lines {
            next.insert(line, turn + Duration::from_secs_f64(1.0 / rate));
        }
        turn
    }

    /// What limits a call: what the user set for it, or else the quota that it shares and that of its user pool.
    fn lines(&self, asked: &Asked) -> Vec<(Line, f64)> {
        let operation = asked.operation;
        if let Some(rate) = self.rates.of_operation(operation) {
            return vec![(Line::Operation(operation), rate)];
        }
        let quota = operation.row().quota;
        let pool = asked.subject.first().zip(self.rates.of_pool(operation));
        let pool = pool.map(|(pool, rate)| (Line::Pool(operation, pool.clone()), rate));
        [(Line::Quota(quota), self.rates.of_quota(quota))].into_iter().chain(pool).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::request::Rate;

    fn asked(operation: Operation, subject: &[&str]) -> Asked {
        let subject = subject.iter().map(|id| (*id).into()).collect();
        Asked { account: "123456789012".into(), region: "eu-west-1".into(), operation, subject }
    }

    /// Seconds that the last of `calls` calls waits, for one pool after the other in a circle of `pools`.
    fn wait(pace: &Pace, calls: usize, pools: usize) -> f64 {
        let now = Instant::now();
        let ids: Vec<_> = (0..pools).map(|pool| format!("eu-west-1_{pool}")).collect();
        let asked = |call: usize| asked(Operation::DescribeUserPoolClient, &[&ids[call % pools], "client"]);
        let last = (0..calls).map(|call| pace.place(&asked(call), now)).max().unwrap();
        (last - now).as_secs_f64()
    }

    #[test]
    fn calls_share_the_quota_of_their_category_and_of_their_pool() {
        assert!((wait(&Pace::default(), 151, 50) - 10.0).abs() < 0.01, "15 in a second over all pools");
        assert!((wait(&Pace::default(), 51, 1) - 10.0).abs() < 0.01, "5 in a second for one pool");
    }

    #[test]
    fn what_the_user_sets_goes_before_the_quotas() {
        let pace = |text: &str| Pace::new(Rates(vec![Rate::parse(text).unwrap()]));
        assert!((wait(&pace("DescribeUserPoolClient=100"), 101, 1) - 1.0).abs() < 0.01);
        assert!((wait(&pace("100"), 101, 1) - 1.0).abs() < 0.01);
    }
}
