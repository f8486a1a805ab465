import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Wish {
  readonly name: string;
  /** Such as `DNS:localhost,IP:127.0.0.1`. */
  readonly alternatives?: string;
  readonly expired?: boolean;
  /** Signed by a second authority, which nobody trusts. */
  readonly stranger?: boolean;
}

const configuration = `
[req]
distinguished_name = dn
prompt = no
[dn]
commonName = x
[ca]
default_ca = d
[d]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = p
unique_subject = no
[p]
commonName = optional
`;

/** A folder with two certificate authorities and what the first or second has signed; made by openssl. */
export class Certificates implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'oriel-tls-'));

  constructor() {
    writeFileSync(join(this.folder, 'openssl.cnf'), configuration);
    writeFileSync(join(this.folder, 'index.txt'), '');
    writeFileSync(join(this.folder, 'serial'), '01');
    for (const name of ['ca', 'stranger']) {
      const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
      this.#openssl('req', '-config', 'openssl.cnf', '-x509', ...ec, ...files, '-subj', `/CN=${name}`);
    }
  }

  get caFile(): string {
    return join(this.folder, 'ca.pem');
  }

  get ca(): string {
    return readFileSync(this.caFile, 'utf8');
  }

  make({ name, alternatives = 'DNS:localhost,IP:127.0.0.1', expired = false, stranger = false }: Wish): Pair {
    const by = stranger ? 'stranger' : 'ca';
    writeFileSync(join(this.folder, 'ext'), `subjectAltName = ${alternatives}\n`);
    this.#openssl(
      'req',
      '-config',
      'openssl.cnf',
      '-new',
      ...ec,
      '-keyout',
      `${name}.key`,
      '-out',
      'csr',
      '-subj',
      `/CN=${name}`,
    );
    const [from, to] = expired
      ? ['20200101000000Z', '20210101000000Z']
      : ['20200101000000Z', '21200101000000Z'];
    const signer = ['-cert', `${by}.pem`, '-keyfile', `${by}.key`, '-startdate', from, '-enddate', to];
    this.#openssl(
      'ca',
      '-config',
      'openssl.cnf',
      '-batch',
      '-notext',
      ...signer,
      '-extfile',
      'ext',
      '-in',
      'csr',
      '-out',
      `${name}.pem`,
    );
    const certFile = join(this.folder, `${name}.pem`);
    const keyFile = join(this.folder, `${name}.key`);
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' });
  }
}

const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
