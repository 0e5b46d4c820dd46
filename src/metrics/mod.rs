//! Multi-label metrics, with names and definitions as scikit-learn has them.
