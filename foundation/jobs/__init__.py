"""The job ledger: the truth about background work.

Import from its modules: ``actions`` (submit, cancel), ``registry`` (job_handler, periodic), ``running`` (RunningJob,
Outcome, Submission), ``errors`` (Retryable, Terminal, JobInterrupted), ``models`` (Job), ``worker`` (run_until_idle).
"""
