"""Signing a submission, and proving it years later: certifiers, gates, signatures, snapshots, receipts."""
