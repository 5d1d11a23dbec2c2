"""``python -m nic_platform`` is the ``nic`` command."""

from nic_platform.cli import main

main(prog_name="nic")
