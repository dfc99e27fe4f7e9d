"""People and their groups. Nobody gives away, or gets at, what they do not hold themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ManyToManyField, Model, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from transcripts import passwords
from transcripts.access import Actor
from transcripts.groups import MAY_IN_WORDS, UPLOADER

from .audited import AuditedAdmin

admin.site.unregister(User)
admin.site.unregister(Group)


class GroupsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Groups as boxes to tick, each with what its members may."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Model) -> str:
        """The group's name and its rights in words."""
        if not isinstance(obj, Group):
            raise TypeError(f"{obj!r} is no group.")
        words = MAY_IN_WORDS.get(obj.name) or ", ".join(permission.name for permission in obj.permissions.all())
        may = words or _("nothing beyond their own recordings")
        return f"{obj.name}: {may}"


class RightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Rights as boxes to tick. Django's two lists side by side are for neither a screen reader nor a phone."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Model) -> str:
        """`Can add recording`."""
        return str(obj.name) if isinstance(obj, Permission) else str(obj)


class _NotBeyondOneself(AuditedAdmin):
    """Who is no superuser changes and deletes only what holds no right that they lack.

    A password or a membership is a way to every right of its account: so all of the account is shut.
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django's own, and nothing that holds more than the asker."""
        return super().has_change_permission(request, obj) and (obj is None or _holds_all_of(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django's own, and nothing that holds more than the asker."""
        return super().has_delete_permission(request, obj) and (obj is None or _holds_all_of(request, obj))

    def formfield_for_manytomany(self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer what the asker holds. What they may change holds nothing else, so nothing is lost unseen."""
        if db_field.name == "groups":
            return GroupsField(
                Group.objects.filter(pk__in=_grantable(request)).prefetch_related("permissions"),
                label=_("Groups"),
                required=False,
            )
        held = [right.pk for right in _rights() if _is_superuser(request) or _holds(request, right)]
        label = capfirst(db_field.verbose_name)
        return RightsField(Permission.objects.filter(pk__in=held), label=label, required=False)


@admin.register(User)
class HubUserAdmin(_NotBeyondOneself, UserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Accounts. A new one may upload, unless that is unticked."""

    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "e_mail", "full_name", "membership", "is_active", "last_login")
    list_filter = ("is_active", "groups", "is_superuser")
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "usable_password", "password1", "password2", "groups")}),
    )

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """The same word above the field."""
        said = {"label": _("E-mail")} if db_field.name == "email" else {}
        return super().formfield_for_dbfield(db_field, request, **kwargs, **said)

    def get_urls(self) -> list[URLPattern]:
        """Django's, and the page that makes a link by which a password is set."""
        view = self.admin_site.admin_view(self.password_link)
        return [path("<int:user_id>/password-link/", view, name="auth_user_password_link"), *super().get_urls()]

    @method_decorator(never_cache)
    def password_link(self, request: HttpRequest, user_id: int) -> TemplateResponse:
        """Make a link and show it: now and never again.

        Raises:
            PermissionDenied: for an account that the asker may not change.
        """
        user = get_object_or_404(User, pk=user_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        made = passwords.make_link(user, Actor.person(request.user)) if request.method == "POST" else ""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Password link"),
            "original": user,
            "link": made and urljoin(settings.PUBLIC_URL or request.build_absolute_uri("/"), made),
            "hours": passwords.LINK_HOURS,
        }
        return TemplateResponse(request, "admin/auth/user/password_link.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their groups, for the list."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser makes superusers and gives single rights."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or _is_superuser(request):
            return fieldsets
        beyond = {"is_staff", "is_superuser", "user_permissions"}
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in beyond]})
            for title, options in fieldsets
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """New people are Uploaders."""
        return {"groups": Group.objects.filter(name=UPLOADER), **super().get_changeform_initial_data(request)}

    @admin.display(description=gettext_lazy("E-mail"), ordering="email")
    def e_mail(self, user: User) -> str:
        """By the word that all pages have for it; Django has another."""
        return user.email

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, user: User) -> str:
        """First and last name."""
        return user.get_full_name()

    @admin.display(description=gettext_lazy("groups"))
    def membership(self, user: User) -> str:
        """In one line."""
        names = sorted(group.name for group in user.groups.all())
        return ", ".join([_("superuser"), *names] if user.is_superuser else names) or _("none")


@admin.register(Group)
class HubGroupAdmin(_NotBeyondOneself, GroupAdmin):  # type: ignore[misc]  # the stubs name its argument otherwise
    """What the members of a group may."""

    filter_horizontal = ()


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_active and request.user.is_superuser


def _rights() -> QuerySet[Permission]:
    """Those that open anything here: the other apps have no desk and no page."""
    rights = Permission.objects.filter(content_type__app_label__in=("auth", "transcripts"))
    return rights.select_related("content_type")


def _holds(request: HttpRequest, permission: Permission) -> bool:
    return request.user.has_perm(f"{permission.content_type.app_label}.{permission.codename}")


def _holds_all_of(request: HttpRequest, obj: User | Group) -> bool:
    """Whether the asker holds every right of `obj`, also those that rest because the account is inactive."""
    if _is_superuser(request):
        return True
    if isinstance(obj, User):
        if obj.is_superuser:
            return False
        rights = Permission.objects.filter(Q(user=obj) | Q(group__user=obj))
    else:
        rights = obj.permissions.all()
    return all(_holds(request, permission) for permission in rights.select_related("content_type"))


def _grantable(request: HttpRequest) -> list[int]:
    groups = Group.objects.prefetch_related("permissions__content_type")
    return [
        group.pk
        for group in groups
        if _is_superuser(request) or all(_holds(request, permission) for permission in group.permissions.all())
    ]
