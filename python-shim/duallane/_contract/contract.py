# Generated from proto/ by tools/generate.ts. Do not edit.

HASH = "2d7e6ae2199c43c2"
VERSION = "0.1.0"
VIEW_MIME = "application/vnd.duallane.view+json"
