import pytest
from django.urls import reverse
from django.utils.text import slugify

from sizing.glossary import TERMS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("term", ["TTFT", "TPOT", "MFU", "KV cache"])
def test_an_abbreviation_can_be_linked_to(client, term):
    assert f'id="{slugify(term)}"' in client.get(reverse("sizing:glossary")).content.decode()


def test_every_page_leads_to_the_glossary(client):
    assert reverse("sizing:glossary") in client.get(reverse("sizing:accuracy")).content.decode()


def test_terms_stand_in_order_and_once():
    names = [name.lower() for name, _ in TERMS]
    assert names == sorted(set(names))
