"""The one matcher behind SNS filter policies and Lambda's mapping filters."""
