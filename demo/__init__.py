"""The demo model, its sample recordings and the recipe that made both."""
