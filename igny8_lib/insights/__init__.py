"""What a site's runs tell: overview, history, one run in detail, metrics.

    database rows ── run_figures ──> figures (frozen) ──> averages, efficiency, comparison, observations (pure)
                                                     └──> overview, history, run_detail, metrics (with as_json)

docs/insights.md says what each figure is computed from. Whatever is unknown is None: an average of nothing is no zero.
"""
