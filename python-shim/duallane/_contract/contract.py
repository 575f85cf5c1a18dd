# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "9035bdc9d3ccf320"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
