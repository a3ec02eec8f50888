import pytest
from django.core.management import CommandError, call_command

from catalog.loading.catalog import is_current
from catalog.models import (
    Accelerator,
    CatalogRevision,
    Claim,
    InstanceType,
    Offer,
    OfferObservation,
    Server,
)
from tests.catalog.data_folder import L4, OFFER, SERVER, SXM


def test_a_second_load_changes_nothing(data):
    data.load()
    counts = [model.objects.count() for model in (Claim, OfferObservation, Offer, Server)]
    assert not data.load().changed
    assert [model.objects.count() for model in (Claim, OfferObservation, Offer, Server)] == counts


def test_unchanged_files_are_not_read_again(data, capsys):
    data.write()
    call_command("load_catalog", data=data.path)
    call_command("load_catalog", data=data.path)
    assert "up to date" in capsys.readouterr().out


def test_a_changed_file_is_read_again(data):
    data.load()
    data.accelerators = [SXM | {"tdp_w": 650}]
    data.write()
    assert not is_current(data.path)


def test_a_changed_figure_changes_the_row_and_keeps_the_old_claim(data):
    data.load()
    data.accelerators = [SXM | {"tdp_w": 650}]
    report = data.load()
    assert report.counts["accelerators"]["changed"] == 1
    assert Accelerator.objects.get(slug=SXM["slug"]).tdp_w == 650
    claims = Claim.objects.filter(accelerator__slug=SXM["slug"], field="tdp_w")
    assert {claim.value for claim in claims} == {"700", "650"}


def test_a_row_that_left_the_files_stays_in_the_catalog(data):
    data.load()
    data.accelerators, data.servers = [SXM], []
    data.load()
    assert Accelerator.objects.filter(slug=L4["slug"]).exists()
    assert Server.objects.count() == 1


def test_every_load_that_reads_makes_a_revision(data):
    data.load()
    first = CatalogRevision.objects.first()
    data.load()
    assert CatalogRevision.objects.first().number > first.number


def test_a_figure_that_nobody_states_is_unknown_and_has_no_claim(data):
    data.load()
    row = Accelerator.objects.get(slug=SXM["slug"])
    assert row.fp8_tflops is None
    assert not row.claims.filter(field="fp8_tflops").exists()


def test_a_figure_from_a_rule_is_marked_derived(data):
    data.load()
    claim = Claim.objects.get(accelerator__slug=SXM["slug"], field="capacity_gb")
    assert (claim.method, claim.source.slug) == ("derived", "label-rule")


def test_an_offer_binds_to_the_instance_it_names(data):
    data.load()
    assert Offer.objects.get().instance.name == "a.8x"


def test_an_offer_without_an_instance_binds_to_variant_and_count(data):
    data.offers = [OFFER | {"instance": "", "accelerator_count": "2"}]
    data.load()
    offer = Offer.objects.get()
    assert (offer.instance, offer.accelerator.slug, offer.accelerator_count) == (
        None,
        SXM["slug"],
        2,
    )


def test_an_offer_without_a_date_keeps_it_unknown(data):
    data.offers = [OFFER | {"observed_on": ""}]
    data.load()
    assert Offer.objects.get().freshness == "unknown"


def test_a_newer_price_moves_the_offer_and_keeps_the_history(data):
    data.load()
    data.offers = [OFFER | {"amount": "18.00", "observed_on": "2026-03-01"}]
    data.load()
    offer = Offer.objects.get()
    assert offer.amount == 18
    assert [seen.amount for seen in offer.observations.all()] == [18, 20]


def test_an_older_price_is_history_only(data):
    data.load()
    data.offers = [OFFER | {"amount": "30.00", "observed_on": "2025-12-01"}]
    data.load()
    offer = Offer.objects.get()
    assert offer.amount == 20
    assert offer.observations.count() == 2


def test_offers_that_differ_at_the_end_of_a_long_text_stay_apart(data):
    long = OFFER | {"instance": "a" * 60, "region": "b" * 80, "tier": "c" * 30}
    data.offers = [long | {"condition": f"{'d' * 60} {end}"} for end in ("new", "used")]
    data.load()
    slugs = set(Offer.objects.values_list("slug", flat=True))
    assert {len(slug) for slug in slugs} == {200}
    assert len(slugs) == 2


def test_what_a_person_withdrew_stays_withdrawn(data):
    data.load()
    Offer.objects.update(status=Offer.Status.WITHDRAWN)
    data.load()
    assert Offer.objects.get().status == "withdrawn"


def test_a_barebone_server_has_neither_variant_nor_count(data):
    data.servers = [{**SERVER, "accelerator": None, "accelerator_count": None}]
    data.load()
    assert Server.objects.get().accelerator is None


def test_a_family_rule_gives_variant_and_count_where_the_row_has_none(data):
    data.families = [
        {
            "provider": "acme",
            "pattern": "gpu-.*",
            "accelerator": SXM["slug"],
            "counts": {"gpu-quarter": "0.25"},
            "source": "datasheets",
        }
    ]
    data.instances = [{"name": "gpu-quarter", "source": "prices"}]
    data.load()
    row = InstanceType.objects.get()
    assert (row.accelerator.slug, float(row.accelerator_count)) == (SXM["slug"], 0.25)


def test_a_file_that_cannot_be_read_loads_nothing(data):
    data.write()
    (data.path / "servers" / "boxer.toml").write_text("[[server]]\nvendor = ")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_catalog", data=data.path)
    assert not Accelerator.objects.exists()


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"sources\.toml is missing"):
        call_command("load_catalog", data=tmp_path)


def test_an_offer_of_a_server_binds_to_it(data):
    server = "boxer-box-8-8x-h100-sxm5-80gb"
    data.offers = [OFFER | {"instance": "", "server": server, "pricing": "buy"}]
    data.load()
    assert Offer.objects.get().server.slug == server


def test_facility_figures_cite_the_source_they_were_read_in(data):
    data.servers = [SERVER | {"facility_source": "prices", "facility_locator": "box.yaml"}]
    data.load()
    claims = dict(Claim.objects.filter(server__isnull=False).values_list("field", "source__slug"))
    assert claims["rack_units"] == "prices"
    assert claims["cores_per_socket"] == "datasheets"
