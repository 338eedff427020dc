//! Aggregates, ranking and decision: values, not strings. The only place that orders and picks.
