"""What the bench of the partner API needs: content, a stock Wagtail beside it, servers and load."""
