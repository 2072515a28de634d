"""What scikit-learn computes for drawings and reports: the one place in reports that knows it, and
imports it when it is asked.
"""
