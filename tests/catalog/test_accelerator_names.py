import pytest

from catalog.names import name_key


@pytest.mark.parametrize(
    "spelling",
    ["h100 sxm5 80gb", "NVIDIA H100 SXM5-80GB", "H100 80 GB SXM5", "Nvidia(R) H100 SXM5 (80 GiB)"],
)
def test_spellings_of_one_name_have_one_key(spelling):
    assert name_key(spelling) == name_key("H100 SXM5 80GB")


@pytest.mark.parametrize(
    ("one", "other"),
    [("H100 SXM", "H100 PCIe"), ("RTX 3060", "RTX 3060 Ti"), ("A100 40GB", "A100 80GB")],
)
def test_other_parts_keep_other_keys(one, other):
    assert name_key(one) != name_key(other)


def test_a_name_of_filler_words_alone_still_has_a_key():
    assert name_key("NVIDIA GPU") == "nvidia gpu"
