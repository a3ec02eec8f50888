from catalog.warmup import warm_up


def test_the_first_visitor_of_a_warm_process_asks_as_little_as_later_ones(
    data, client, django_assert_num_queries
):
    data.load()
    warm_up()
    with django_assert_num_queries(2):
        client.get("/offers/")


def test_an_empty_catalog_is_warm_too(db):
    warm_up()
