import re

import pytest


@pytest.mark.django_db
def test_every_page_that_llms_txt_names_is_there(client):
    text = client.get("/llms.txt").content.decode()
    addresses = re.findall(r"\(http://testserver(/[^)]*)\)", text)
    statuses = {at: client.get(at).status_code for at in addresses if not at.endswith(".md")}
    assert len(statuses) > 8
    assert set(statuses.values()) == {200}
