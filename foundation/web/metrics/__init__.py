"""What is counted and measured of this process, and who may read it? In the format of Prometheus.

``counting`` counts in memory as things happen, ``measures`` asks the database when somebody wants to know,
``exposition`` writes both down, ``access`` lets in who may read. Only ``exposition`` imports prometheus_client, at the
first scrape: a process that nobody scrapes pays nothing for it (docs/adr/0016-what-is-measured.md).
"""
