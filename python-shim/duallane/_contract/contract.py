# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "85bdef3e1716cb58"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
