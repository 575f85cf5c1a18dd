# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "cd718d53a408b1f3"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
