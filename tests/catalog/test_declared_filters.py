from django.http import QueryDict

from catalog.filtersets import AcceleratorFilterSet, OfferFilterSet
from catalog.models import Accelerator, Offer, Vendor


def offers(query=""):
    return OfferFilterSet(QueryDict(query), queryset=Offer.objects.all())


def test_each_filter_of_a_set_asks_the_set_that_it_belongs_to(db):
    one, other = offers("search=a"), offers("search=b")
    assert one.filters["search"].parent is one
    assert other.filters["search"].parent is other
    assert one.filters["search"].filter.f is one.filters["search"]


def test_a_filter_set_leaves_what_its_class_declares_as_it_is(db):
    filterset = offers("search=a&pricing=spot")
    assert filterset.form.is_valid()
    assert "parent" not in vars(OfferFilterSet.base_filters["search"])


def test_forms_of_two_sets_hold_their_own_values(db):
    one, other = offers("search=a"), offers("search=b&accelerator_count_min=x")
    assert (one.form.is_valid(), other.form.is_valid()) == (True, False)
    assert one.form["search"].value() == "a"
    assert other.form["search"].value() == "b"
    assert not one.form.errors


def test_every_class_has_a_form_of_its_own(db):
    assert "rack_units" not in offers().form.fields
    other = AcceleratorFilterSet(QueryDict(), queryset=Accelerator.objects.all())
    assert type(other.form) is not type(offers().form)
    assert type(offers().form) is type(offers().form)


def test_a_choice_knows_rows_that_were_added_after_its_form_was_first_made(data):
    data.load()
    assert not offers("provider=new-cloud").form.is_valid()
    row = Offer.objects.first()
    row.pk, row.slug = None, "of-a-new-cloud"
    row.provider = Vendor.objects.create(name="New Cloud", slug="new-cloud")
    row.save()
    assert offers("provider=new-cloud").form.is_valid()
