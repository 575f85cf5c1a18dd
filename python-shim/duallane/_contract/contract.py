# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "3882746d5cb862ee"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
