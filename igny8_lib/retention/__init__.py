"""What is old is removed: by age, in small transactions that can stop anywhere and be gone on with.

ages.py         how long each kind of thing is kept, from the settings
watch.py        when to stop: a deadline, a signal
batching.py     one small transaction after the other, with short waits for locks
run_details.py  work lists, events and merge offers of ended runs
ai_answers.py   the stored answers of AI requests; their rows stay
records.py      executions of rules, batches, builds, notices, answers to repeated requests
airflow_rows.py Airflow's own tables, through the API server
log_files.py    log files of tasks and of the dag-processor, in folders and object stores
clean_up.py     all of it, one process at a time

Never removed: the ledger, costs, reservations (the ledger names them), content and its versions, runs themselves and
how their stages ended, the figures of AI requests. docs/retention.md has every table.
"""
