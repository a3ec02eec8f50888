"""Addresses of the catalog's pages."""

from django.urls import path

from catalog import views
from catalog.views import alerts, saved_views
from catalog.views.change_feed import ChangeFeed
from catalog.views.compare import compare
from catalog.views.fact import fact
from catalog.views.feed import OfferFeed
from catalog.views.plain import NOUNS, as_markdown
from catalog.views.report_value import report_fact, report_price
from catalog.views.search import search_page

app_name = "catalog"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("accelerators/", views.AcceleratorList.as_view(), name="accelerators"),
    path("accelerators/<slug:slug>/", views.AcceleratorPage.as_view(), name="accelerator"),
    path("servers/", views.ServerList.as_view(), name="servers"),
    path("servers/<slug:slug>/", views.ServerPage.as_view(), name="server"),
    path("instances/", views.InstanceList.as_view(), name="instances"),
    path("instances/<slug:slug>/", views.InstancePage.as_view(), name="instance"),
    path("offers/", views.OfferList.as_view(), name="offers"),
    path("offers/feed/", OfferFeed(), name="offer-feed"),
    path("offers/<int:pk>/", views.OfferPage.as_view(), name="offer"),
    path("offers/<int:pk>/report/", report_price, name="offer-report"),
    path("changes/", views.ChangeList.as_view(), name="changes"),
    path("changes/feed/", ChangeFeed(), name="change-feed"),
    path("compare/", compare, name="compare"),
    path("views/", saved_views.saved_views, name="saved-views"),
    path("views/new/", saved_views.new_view, name="new-view"),
    path("views/<str:token>/", saved_views.saved_view, name="saved-view"),
    path("views/<str:token>/delete/", saved_views.delete_view, name="delete-view"),
    path("alerts/new/", alerts.new_alert, name="new-alert"),
    path("alerts/asked/", alerts.asked, name="alert-asked"),
    path("alerts/<str:token>/", alerts.alert, name="alert"),
    path("alerts/<str:token>/unsubscribe/", alerts.unsubscribe, name="alert-unsubscribe"),
    path("alerts/<str:token>/<slug:name>/", alerts.act, name="alert-act"),
    path("search/", search_page, name="search"),
    path("vendors/", views.VendorList.as_view(), name="vendors"),
    path("vendors/<slug:slug>/", views.VendorPage.as_view(), name="vendor"),
    path("sources/", views.SourceList.as_view(), name="sources"),
    path("sources/<slug:slug>/", views.SourcePage.as_view(), name="source"),
    *(
        path(f"{noun}/<slug:slug>/facts/<slug:field>/", fact, {"noun": noun}, name=f"{noun}-fact")
        for noun in NOUNS
    ),
    *(
        path(
            f"{noun}/<slug:slug>/facts/<slug:field>/report/",
            report_fact,
            {"noun": noun},
            name=f"{noun}-report",
        )
        for noun in NOUNS
    ),
    *(
        path(f"{noun}/<slug:slug>.md", as_markdown, {"noun": noun}, name=f"{noun}-markdown")
        for noun in NOUNS
    ),
]
