"""Shipped: the trained models, ready for pages and recipes, one part a purpose.

Nothing is re-exported, so that a page reaches only the part and the files that it uses:
``stories`` loads the two story models that the book is about, ``rows`` packs their
corpus, ``measures`` says what stories cost them, ``writing`` lets them write,
``predictions`` and ``ngrams`` give the next word, ``streams``, ``depths`` and ``cuts``
look inside, ``choices`` says where they had one, ``skills`` what they can do,
``reading`` asks them about notes.
``thinking`` has the models of five cups that think before they answer,
``letters`` has the letter counters of chapter 2, ``induction`` the model in which an
induction head is born, ``assistants`` the assistants of chapter 8, and ``adapters``
reads those of any.
"""
