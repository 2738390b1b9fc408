"""Approved articles become posts: when (settings, slots, calendar), and how (publications, targets).

review.decisions ──approve──> approval.py ──> slots.py (pure) ──> content.scheduled_publish_at
                                                                     │ due
            targets/wordpress, site_builder/showing <── publisher.py <── due.py
                                                                     │
                                                    publications, publication_steps
"""
