"""Publishing: what publishers send is checked, looked at by the ministry, and put onto the shelf in one step.

A publisher sends an archive (FORMAT 2.18), in pieces (`uploads`). It becomes a *proposal*: the hub checks it as a box
would (`checking`), shows what is new (`changes`), and keeps it apart from the shelf, where no box can reach it.
Somebody of the ministry publishes it (`release`) or sends it back with a reason. The hub signs nothing and has no
publisher's key: boxes believe the publisher's own signature, under the registry that its keepers sign elsewhere.
"""
