"""Compiled searches: arrays in, arrays out (numba and numpy, nothing of `corridor_opt`).

How they work together is told in docs/kernels.md. One line a file:

Queues and bounds
    heap            a 4-ary heap, ordered lexicographically
    arcs            arcs laid out for one-to-all searches
    dial            shortest distances in 32 bits, by buckets or by a heap
    far             the same in 64 bits, and the way back along a shortest path
    tree            what the paths to many vertices come to
    bounds          distances to the target and reduced costs in 64 bits, by a heap
    meet            a shortest path from both ends, by buckets
    between         what two criteria leave in play between two vertices, and its bounds
    toward          the same, when all distances to the target are known

Many weightings
    batch_layout    a graph as it is seen from one vertex in the base world
    batch_weights   weights of several worlds side by side
    batch           distances, last arcs and sums in many worlds, several worlds side by side
    policy          what planned routes come to in many worlds, turning away at closures

Contraction
    chains          chains become single arcs, and are unpacked on the way out
    ends            join the ends of a query to a contracted graph
    part            copy the part of a graph that is in play
    usable          what a search may use of a contracted graph, with reduced costs

Exact fronts, 64 bits
    labels          the arrays of the search, and the codes that every search returns
    dominance       what a vertex remembers
    exact_front     the search, by a heap

Exact fronts, 32 bits
    buckets         the arrays of the search
    remembered      what a vertex remembers: a number, a staircase, or
    chunks          16 entries at a time, for four criteria and more
    target_grid     what the target remembers, on a grid
    bucket_front    the search, by buckets

Exact fronts where arcs share items, 64 bits
    shared_sets     sets of items as bits, and what they add up to
    shared_reach    items that ways to the target may meet, or cannot avoid
    shared_graph    what a search may use, with reduced costs and the items due on each arc
    shared_labels   the arrays of the search
    shared_memory   what a vertex remembers, what prunes what, and the proofs
    shared_front    the search, by a heap

Bounded fronts
    bounded_labels  the arrays of the search
    bounded_pairs   pairs of an apex and a representative: extended, merged, queued
    bounded_sets    what vertices and the target remember
    bounded_front   the search

Paths within limits
    ellipse         what paths within a limit may use, found from both ends
    ground          graphs to look in, and what is cut out of them
    spurs           paths that leave a given one, for the k best
"""
