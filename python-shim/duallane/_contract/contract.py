# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "1c1f8f9c07525ff0"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
