# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "1d974318e80a067d"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
