"""An OpenAI-compatible server that answers offline and deterministically; no model behind it.

    app.py          what the paths are              connection.py   who is still there to hear the answer
    serving.py      one request's life              protocol.py     the shapes of requests and errors
    switches.py     how it misbehaves               dice.py         when it does
    journal.py      what it was asked               tokens.py       what that would have cost
    chat.py         which answer a schema asks for  answers/        the answers

The same request gets the same answer, across restarts. Only whether a switch makes it fail depends on how often it was
asked before, so that trying again can help.
"""
