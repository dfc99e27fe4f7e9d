"""All routes: the documented endpoints and the API at the root, the pages beside them, the admin."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler500 = "transcripts.web.errors.server_error"

urlpatterns = [
    path("", include("transcripts.api.urls")),
    path("", include("transcripts.web.urls")),
    path("admin/", admin.site.urls),
]
if settings.OIDC_ISSUER:
    urlpatterns.append(path("", include("transcripts.web.single_sign_on_urls")))
