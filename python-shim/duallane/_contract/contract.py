# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "47320830371f887d"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
