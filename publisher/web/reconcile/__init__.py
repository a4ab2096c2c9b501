"""Reconcile the names in other people's tables with events, actors and documents here.

The W3C Reconciliation Service API: version 0.2, as OpenRefine speaks it, at ``/reconcile``, and the
1.0 draft below ``/reconcile/1.0``.
"""

from __future__ import annotations

from publisher.web.reconcile.service import reconciling

__all__ = ["reconciling"]
