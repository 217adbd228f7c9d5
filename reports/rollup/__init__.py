"""Many schools' sheets and workspaces into the forms of a district or county."""
