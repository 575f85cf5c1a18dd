# Generated from proto/ by tools/generate.ts. Do not edit.

"""The contracts of proto/, as Python."""
