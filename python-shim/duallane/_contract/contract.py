# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "4c337e81b16994c6"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
