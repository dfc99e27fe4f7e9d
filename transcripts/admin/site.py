"""The admin site with our name on it."""

from django.contrib.admin import AdminSite


class HubAdminSite(AdminSite):
    """Django's admin under WhisperHub's header."""

    site_header = "WhisperHub administration"
    site_title = "WhisperHub"
    index_title = "Administration"
