"""AWS's services as plain Python: no botocore, no pytest, no wall clock."""
