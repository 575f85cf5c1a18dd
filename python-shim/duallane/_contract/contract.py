# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "9f1a52e1ffecbb35"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
