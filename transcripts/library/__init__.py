"""The library: recordings, each with its newest transcript, filtered and sorted, page by page without counting."""

from .filters import Filters
from .listing import PAGE_SIZE, BinPage, Page, bin_page, page
from .sorting import BadPlace, Place, Sort

__all__ = ["PAGE_SIZE", "BadPlace", "BinPage", "Filters", "Page", "Place", "Sort", "bin_page", "page"]
