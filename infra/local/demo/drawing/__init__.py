"""The comic of the demo, drawn by code: shapes, people, and one scene for each panel."""
