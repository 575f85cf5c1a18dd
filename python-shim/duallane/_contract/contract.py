# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "62fbf912fc0863f2"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
