//! Which readings of a view tell how the clauses of a policy come out.

use std::collections::{BTreeSet, HashSet};

use super::domain::Domain;
use super::{Deps, Reach};

/// In how many ways what a clause depends on is read together; where there are more, each value is alone.
const MOST_TOGETHER: usize = 128;
/// How many combinations a rule as a whole may have, to be read in all of them.
const MOST_OF_RULE: usize = 32;

/// Readings of a view: of each unknown value the number of its form.
#[derive(Debug)]
pub struct Cover {
    /// The readings.
    pub rows: Vec<Vec<usize>>,
    /// Of what all combinations are among them.
    whole: HashSet<Deps>,
}

impl Cover {
    /// Readings in which each clause is seen in every way in which it can come out, at most so many.
    pub fn of(reach: &Reach, domains: &[Domain], most: usize) -> Self {
        let by_rule = |rule: usize| -> Deps {
            let looks = reach.looks.iter().filter(|look| look.rule == rule);
            looks.flat_map(|look| look.deps.iter().copied()).collect()
        };
        let rules: BTreeSet<usize> = reach.looks.iter().map(|look| look.rule).collect();
        let mut groups: BTreeSet<Deps> = reach.looks.iter().map(|look| look.deps.clone()).collect();
        groups.extend(rules.into_iter().map(by_rule).filter(|deps| count(deps, domains) <= MOST_OF_RULE));
        groups.remove(&Deps::new());
        let mut groups: Vec<Deps> = groups.into_iter().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(count(group, domains).min(MOST_TOGETHER + 1)), group.clone()));
        let mut rows = Rows { list: Vec::new(), width: domains.len(), most };
        let mut whole = HashSet::from([Deps::new()]);
        let mut large = Vec::new();
        for group in groups {
            let is_whole = group.iter().all(|var| domains.get(*var).is_some_and(|domain| domain.is_whole));
            if count(&group, domains) > MOST_TOGETHER {
                large.push(group);
            } else if rows.add(&group.iter().copied().collect::<Vec<_>>(), domains) && is_whole {
                whole.insert(group);
            }
        }
        // What cannot be read in every way is read in each way of each value, so that what may fail is found.
        for var in large.into_iter().flatten() {
            rows.add(&[var], domains);
        }
        Self { rows: rows.filled(domains), whole }
    }

    /// Whether the readings tell all of what depends on these values.
    pub fn is_whole(&self, deps: &Deps) -> bool {
        self.whole.contains(deps)
    }
}

/// How many combinations there are.
fn count(group: &Deps, domains: &[Domain]) -> usize {
    let sizes = group.iter().filter_map(|var| domains.get(*var)).map(|domain| domain.forms.len().max(1));
    sizes.fold(1, usize::saturating_mul)
}

/// Readings in the making: what is not decided yet may be anything.
struct Rows {
    list: Vec<Vec<Option<usize>>>,
    width: usize,
    most: usize,
}

impl Rows {
    /// Adds all combinations of some values, each to the first reading that has room for it; false where there is no room.
    fn add(&mut self, group: &[usize], domains: &[Domain]) -> bool {
        let sizes: Vec<usize> =
            group.iter().map(|var| domains.get(*var).map_or(1, |domain| domain.forms.len().max(1))).collect();
        let mut combination = vec![0; group.len()];
        loop {
            let pairs = || group.iter().copied().zip(combination.iter().copied());
            let fits = |row: &Vec<Option<usize>>| pairs().all(|(var, form)| row[var].is_none_or(|mine| mine == form));
            let row = match self.list.iter().position(fits) {
                Some(row) => row,
                None if self.list.len() < self.most => {
                    self.list.push(vec![None; self.width]);
                    self.list.len() - 1
                }
                None => return false,
            };
            for (var, form) in pairs() {
                self.list[row][var] = Some(form);
            }
            // The next combination, as numbers are counted.
            let Some(place) = (0..group.len()).rev().find(|place| combination[*place] + 1 < sizes[*place]) else {
                return true;
            };
            combination[place] += 1;
            combination[place + 1..].fill(0);
        }
    }

    /// The readings, in which what nothing depends on varies too.
    fn filled(self, domains: &[Domain]) -> Vec<Vec<usize>> {
        let fill = |(number, row): (usize, Vec<Option<usize>>)| {
            let forms = row.into_iter().enumerate().map(|(var, form)| {
                form.unwrap_or_else(|| (number + var) % domains.get(var).map_or(1, |domain| domain.forms.len().max(1)))
            });
            forms.collect()
        };
        if self.list.is_empty() {
            return vec![vec![0; self.width]];
        }
        self.list.into_iter().enumerate().map(fill).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::domain::Form;
    use super::*;

    fn domain(size: usize) -> Domain {
        Domain { forms: (0..size).map(Form::Option).collect(), is_whole: true }
    }

    #[test]
    fn independent_values_share_readings() {
        let domains: Vec<Domain> = (0..100).map(|_| domain(3)).collect();
        let mut rows = Rows { list: Vec::new(), width: 100, most: 200 };
        assert!((0..100).all(|var| rows.add(&[var], &domains)));
        assert_eq!(rows.list.len(), 3);
        assert!(rows.add(&[0, 1], &domains) && rows.add(&[98, 99], &domains));
        let rows = rows.filled(&domains);
        let seen: BTreeSet<(usize, usize)> = rows.iter().map(|row| (row[98], row[99])).collect();
        assert_eq!((rows.len(), seen.len()), (9, 9));
    }

    #[test]
    fn what_has_no_room_is_told() {
        let domains: Vec<Domain> = (0..3).map(|_| domain(5)).collect();
        let mut rows = Rows { list: Vec::new(), width: 3, most: 10 };
        assert!(rows.add(&[0], &domains) && !rows.add(&[0, 1], &domains));
        assert!(rows.list.len() <= 10);
    }
}
