# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "b1b2632ae4b76100"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
