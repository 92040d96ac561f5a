"""What customers and staff type about contracts, made clean. Forms write nothing."""
