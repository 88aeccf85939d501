"""Evaluation: how well the relation classifier does, beside two baselines, by fixed protocols; a set or two a file."""
