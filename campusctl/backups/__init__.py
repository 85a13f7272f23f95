"""Every running configuration that was read, in a Git repository of the workspace."""
