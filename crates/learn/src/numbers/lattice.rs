//! The best way through a lattice: which of the candidates make up the whole, by dynamic programming.
//!
//! A row of things (strokes in their order from left to right, pieces of a picture) has places between them, its *nodes*
//! `0 ..= end`. A candidate, say a digit made of some neighbors, is an *edge* from the node before its first piece to
//! the node behind its last one, with a score: the logarithm of a chance. A path from node 0 to `end` uses each piece
//! exactly once. Its score is the sum of its edges' scores, and Viterbi's recurrence finds the best one without
//! trying all of them:
//!
//! ```text
//! best[n][k] = max over the edges (m → n, score s) of best[m][k − 1] + s,   best[0][0] = 0
//! ```
//!
//! This is the segmentation graph of LeCun, Bottou, Bengio and Haffner, «Gradient-based learning applied to document
//! recognition», Proceedings of the IEEE 86 (1998), section V, with one more index: `k`, how many edges there are. So one
//! can ask for the best of three digits, or for the best mean instead of the best sum.

/// A candidate in a lattice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The node that it leaves.
    pub from: usize,
    /// The node that it comes to, behind `from`.
    pub to: usize,
    /// The logarithm of a chance, or a sum of such.
    pub score: f32,
}

/// A way through a lattice.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The edges' places in the list, from the first node to the last.
    pub edges: Vec<usize>,
    /// The sum of their scores.
    pub total: f32,
}

impl Path {
    /// The mean of its edges' scores.
    #[must_use]
    pub fn mean(&self) -> f32 {
        self.total / self.edges.len().max(1) as f32
    }
}

/// The best path from node 0 to node `end` of each length: of one edge, two, … up to `most`, where there is one. Of equal
/// ones the first that `edges` has.
///
/// Edges that do not lead forward within the lattice, and those whose score is no number, are passed over. The work is
/// `edges.len() * most`, the room `end * most`.
///
/// ```
/// use trazo_learn::numbers::{Edge, best_paths};
///
/// let edge = |from, to, chance: f32| Edge { from, to, score: chance.ln() };
/// // Two pieces: a sure digit each, or both together hardly one.
/// let paths = best_paths(2, &[edge(0, 2, 0.2), edge(0, 1, 0.9), edge(1, 2, 0.8)], 2);
/// assert_eq!(paths[0].edges, [0]);
/// assert_eq!(paths[1].edges, [1, 2]);
/// assert!(paths[1].total > paths[0].total);
/// ```
#[must_use]
pub fn best_paths(end: usize, edges: &[Edge], most: usize) -> Vec<Path> {
    best_paths_by(end, edges, most, |_, _| 0.0)
}

/// The same where an edge's score depends on its place in the path as well: `more` is what edge number `.0` is worth, beside
/// its own score, as the path's edge number `.1`, from 0.
pub(super) fn best_paths_by(
    end: usize,
    edges: &[Edge],
    most: usize,
    more: impl Fn(usize, usize) -> f32,
) -> Vec<Path> {
    let most = most.min(end);
    let mut arriving: Vec<Vec<usize>> = vec![Vec::new(); end + 1];
    for (index, edge) in edges.iter().enumerate() {
        if edge.from < edge.to
            && !edge.score.is_nan()
            && let Some(list) = arriving.get_mut(edge.to)
        {
            list.push(index);
        }
    }
    // best[node][length]: the score, and the last edge.
    let mut best: Vec<Vec<Option<(f32, usize)>>> = vec![vec![None; most + 1]; end + 1];
    for (node, arriving) in arriving.iter().enumerate() {
        for &index in arriving {
            let edge = edges[index];
            for length in 1..=most {
                let before = match (edge.from, length) {
                    (0, 1) => Some(0.0),
                    (0, _) => None,
                    _ => best[edge.from][length - 1].map(|(score, _)| score),
                };
                let Some(before) = before else {
                    continue;
                };
                let score = before + edge.score + more(index, length - 1);
                let here = &mut best[node][length];
                if here.is_none_or(|(known, _)| score > known) {
                    *here = Some((score, index));
                }
            }
        }
    }
    let path = |length: usize| {
        let (total, _) = best[end][length]?;
        let (mut node, mut path) = (end, Vec::with_capacity(length));
        for left in (1..=length).rev() {
            let (_, index) = best[node][left]?;
            path.push(index);
            node = edges[index].from;
        }
        path.reverse();
        Some(Path { edges: path, total })
    };
    (1..=most).filter_map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: usize, to: usize, score: f32) -> Edge {
        Edge { from, to, score }
    }

    /// All paths, one by one.
    fn every_path(end: usize, edges: &[Edge]) -> Vec<Path> {
        let mut done = Vec::new();
        let mut open = vec![(0, Vec::new(), 0.0)];
        while let Some((node, path, total)) = open.pop() {
            if node == end {
                done.push(Path { edges: path, total });
                continue;
            }
            for (index, edge) in edges.iter().enumerate() {
                if edge.from == node && edge.to > node && edge.to <= end {
                    let mut longer = path.clone();
                    longer.push(index);
                    open.push((edge.to, longer, total + edge.score));
                }
            }
        }
        done
    }

    #[test]
    fn no_path_is_better_than_the_one_that_is_found() {
        let mut rng = trazo_ink::Rng::new(11);
        for end in 1..7 {
            let mut edges = Vec::new();
            for from in 0..end {
                for to in from + 1..=end {
                    if rng.below(4) > 0 {
                        edges.push(edge(from, to, -rng.range(0.0, 3.0)));
                    }
                }
            }
            let found = best_paths(end, &edges, end);
            let every = every_path(end, &edges);
            for length in 1..=end {
                let all = every.iter().filter(|path| path.edges.len() == length);
                let best = all.map(|path| path.total).reduce(f32::max);
                let mut same = found.iter().filter(|path| path.edges.len() == length);
                match (best, same.next()) {
                    (Some(best), Some(path)) => assert!((path.total - best).abs() < 1e-4),
                    (None, None) => {}
                    (best, path) => panic!("{length} of {end}: {best:?}, found {path:?}"),
                }
            }
        }
    }

    #[test]
    fn what_leads_nowhere_is_passed_over() {
        let edges = [
            edge(1, 1, 0.0),
            edge(1, 0, 0.0),
            edge(0, 9, 0.0),
            edge(0, 2, f32::NAN),
        ];
        assert_eq!(best_paths(2, &edges, 5), []);
        assert_eq!(best_paths(0, &edges, 5), []);
        assert_eq!(best_paths(3, &[], 0), []);
    }

    #[test]
    fn the_best_mean_may_be_longer_than_the_best_sum() {
        let edges = [edge(0, 2, -0.5), edge(0, 1, -0.3), edge(1, 2, -0.3)];
        let paths = best_paths(2, &edges, 2);
        assert!(paths[0].total > paths[1].total && paths[0].mean() < paths[1].mean());
    }
}
