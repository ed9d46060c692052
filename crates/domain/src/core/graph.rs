//! Chains of records that point at one another: parents, managers.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The edges of a graph, from each node to those it points at.
#[derive(Clone, Debug)]
pub struct Edges<T>(HashMap<T, Vec<T>>);

impl<T: Copy + Eq + Hash> Edges<T> {
    /// Whether somebody can be reached from `from` by following edges; everybody reaches himself.
    #[must_use]
    pub fn reaches(&self, from: T, to: T) -> bool {
        from == to || self.closure(from).contains(&to)
    }

    /// Everybody who can be reached from `from` by at least one edge, in the order found. Holds
    /// `from` itself only when it lies on a cycle.
    #[must_use]
    pub fn closure(&self, from: T) -> Vec<T> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut waiting = vec![from];
        while let Some(node) = waiting.pop() {
            for &next in self.0.get(&node).into_iter().flatten() {
                if seen.insert(next) {
                    found.push(next);
                    waiting.push(next);
                }
            }
        }
        found
    }
}

impl<T: Copy + Eq + Hash> FromIterator<(T, T)> for Edges<T> {
    fn from_iter<I: IntoIterator<Item = (T, T)>>(edges: I) -> Self {
        let mut graph: HashMap<T, Vec<T>> = HashMap::new();
        for (from, to) in edges {
            graph.entry(from).or_default().push(to);
        }
        Self(graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_edges_and_ends_on_cycles() {
        let edges: Edges<u8> = [(1, 2), (2, 3), (3, 2), (4, 1)].into_iter().collect();
        assert_eq!(edges.closure(1), [2, 3]);
        assert_eq!(edges.closure(2), [3, 2]);
        assert!(edges.closure(9).is_empty());
        assert!(edges.reaches(4, 3) && edges.reaches(9, 9) && !edges.reaches(3, 4));
    }
}
