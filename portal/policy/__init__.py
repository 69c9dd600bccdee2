"""Policy: rules as versioned data, the performance year with its periods, enrolments and deadlines."""
