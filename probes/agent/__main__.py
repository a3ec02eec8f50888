"""The command line of the agent: ``python -m probes.agent run | worker | nvml-dump``."""

import sys

from probes.agent.commands import main

if __name__ == "__main__":
    sys.exit(main())
