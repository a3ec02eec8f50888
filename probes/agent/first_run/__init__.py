"""Everything worth knowing of a kind of accelerator nobody has probed before, in one command.

`python -m probes.agent first-run --out FOLDER` takes a scene of what NVML says, the standard suite
probe by probe, a second pass of each curve, a few experiments that settle constants of the method,
and two soaks. Each step writes a file of its own, so that a run may be cut at any time and goes on
where it was; a reading of all of it is written beside them.
"""
