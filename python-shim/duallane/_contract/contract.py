# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "d6017051e414fdb2"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
