"""Trains the learned judge of service/guardrails/classifier.py.

One command, on two cores, in under an hour (evals/training/README.md):

    python -m evals.training
"""
