# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "2c05c18b8d0126d7"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
