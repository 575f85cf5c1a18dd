// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '1c1f8f9c07525ff0', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
