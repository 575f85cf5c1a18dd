# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "bea0d5e5f0fb3124"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
