"""The demo: the whole desk on one machine, with its own servers, clock, data and mail catcher."""
