"""Rows of the probe side; hosts, devices and measurements live in the catalog."""

from probes.models.enrolment import Enrolment, SeenLetter
from probes.models.run import ProbeResult, ProbeRun

__all__ = ["Enrolment", "ProbeResult", "ProbeRun", "SeenLetter"]
