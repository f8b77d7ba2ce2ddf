"""The headless CMS: editing, the release gate and the partner API."""
