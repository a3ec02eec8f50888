"""Machines made of network namespaces: each has an address and an identity of its own."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest


def skip_without_namespaces():
    """Skips aloud where namespaces cannot be made."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("NO ROOT OR NO iproute2: workers on two network namespaces were not tested")
    probe = f"rlp{secrets.token_hex(3)}"
    made = subprocess.run(["ip", "netns", "add", probe], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("NETWORK NAMESPACES ARE FORBIDDEN HERE: two workers on two were not tested")
    subprocess.run(["ip", "netns", "del", probe], check=True)


class Machine:
    """A namespace at the far end of a cable (veth pair) to this one."""

    def __init__(self, name):
        self.name = name
        # A net of four addresses that no other test process draws: 198.18.0.0/15 is for tests.
        number = secrets.randbelow(2**15) * 4
        base = f"198.{18 + number // 65536}.{number // 256 % 256}"
        self.site_address = f"{base}.{number % 256 + 1}"
        self.address = f"{base}.{number % 256 + 2}"
        self.space = f"rl{secrets.token_hex(4)}"
        self.etc = Path("/etc/netns") / self.space

    def start(self):
        here, there = f"{self.space}h", f"{self.space}t"
        ip("netns", "add", self.space)
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", self.space)
        ip("address", "add", f"{self.site_address}/30", "dev", here)
        ip("link", "set", here, "up")
        ip("-n", self.space, "address", "add", f"{self.address}/30", "dev", there)
        ip("-n", self.space, "link", "set", there, "up")
        ip("-n", self.space, "link", "set", "lo", "up")
        # "ip netns exec" shows these files as the machine's own.
        self.etc.mkdir(parents=True)
        (self.etc / "machine-id").write_text(secrets.token_hex(16) + "\n")

    def command(self, *command):
        return ["ip", "netns", "exec", self.space, *command]

    def stop(self):
        subprocess.run(["ip", "netns", "del", self.space], check=False, capture_output=True)
        shutil.rmtree(self.etc, ignore_errors=True)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)
