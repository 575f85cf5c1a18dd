/** An authority and what it signs, made by openssl in a directory of their own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Certificates {
  readonly #directory = mkdtempSync(join(tmpdir(), 'dlt-'));

  /** Path of NAME.pem or NAME.key. */
  file(name: string): string {
    return join(this.#directory, name);
  }

  authority(name: string): void {
    this.#openssl('req', '-x509', ...key, '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
  }

  /** A certificate for 127.0.0.1. */
  issue(name: string, authority: string): void {
    const request = [...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`];
    this.#openssl('req', ...request, '-addext', 'subjectAltName=IP:127.0.0.1');
    const signer = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2'];
    this.#openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-copy_extensions', 'copy', '-out', `${name}.pem`);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #openssl(...argv: string[]): void {
    execFileSync('openssl', argv, { stdio: 'pipe', cwd: this.#directory });
  }
}
