# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "080ba9b3a12a0379"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
