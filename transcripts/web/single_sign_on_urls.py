"""Routes of the organisation's own sign-in: there, and back again. Included only where it is configured."""

from allauth.socialaccount.providers.openid_connect import views
from django.urls import path

from . import single_sign_on

urlpatterns = [
    # By GET: a form would be held back by our own Content-Security-Policy on its way to the provider.
    path("sign-on/<provider_id>/", single_sign_on.go_to_provider, name="openid_connect_login"),
    path("sign-on/<provider_id>/callback/", views.callback, name="openid_connect_callback"),
]
