"""WordPress over its REST API: finding it, signing in, asking, and what its answers mean. It knows no tables.

connection.py ─> client.py ─> posts.py media.py terms.py users.py      what is asked, in typed answers
                    │   └──> discovery.py answers.py errors.py         where the API is, what an answer means
                exchange.py ─> guard.py ─> addresses.py                one HTTP exchange: where to, how long, how much
check.py           what works on a website, and what to change where something does not
"""
