"""`python -m fhir_as.cli`: the command line without an installed script."""

from fhir_as.cli.main import main

main(prog_name="fhir-as")
