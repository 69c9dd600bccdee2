"""Fairness in view, without a forced curve: how appraisers rate, where groups differ, whether raters agree (NEW-14)."""
