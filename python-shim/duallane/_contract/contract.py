# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "11ec5067b7fc33e0"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
