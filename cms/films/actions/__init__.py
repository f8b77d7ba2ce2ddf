"""What changes films: their uploads, masters, preparation and captions."""
