# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "998e08a98283191d"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
