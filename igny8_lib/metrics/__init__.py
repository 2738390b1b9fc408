"""What operators see from outside: figures of the whole platform, and which of its parts is ill.

counters ──(counting, every minute)──> metric_values ──┐
gauges (what is now)  ──────────────────────────────────────┴─> reading ──> page (Prometheus' text format)
parts ──> health: the product's database, media, AI endpoint, sites, outbox; Airflow's heartbeats
"""
