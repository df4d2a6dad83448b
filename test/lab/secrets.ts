import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, shell } from "../toolchain/command.ts";
import { type Instance, inLab, writeWhole } from "./instance.ts";
import { controlDomain } from "./mirror-files.ts";
import { controlAddress, type HostName, hostNames, type TailnetName, tailnetNames } from "./topology.ts";

export interface KeyPair {
  readonly privateKey: string;
  /** One line, `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
}

export interface Certificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A laboratory's keys: made once, thrown away with it. */
export interface Secrets extends KeyPair {
  readonly hostKeys: Readonly<Record<HostName, KeyPair>>;
  /** Certificate of the authority that all hosts trust. */
  readonly ca: string;
  readonly certificates: Readonly<Record<TailnetName, Certificate>>;
}

/** Where the login key lies, for ssh programs. */
export const privateKeyPath = (instance: Instance): string => inLab(instance.name, "id_ed25519");

/** The keys of a laboratory, made at the first call. */
export async function secretsOf(instance: Instance): Promise<Secrets> {
  const file = inLab(instance.name, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Secrets;
  const scratch = await mkdtemp(join(tmpdir(), "tsproxy-lab-"));
  try {
    const secrets = await makeSecrets(instance, scratch);
    writeWhole(privateKeyPath(instance), secrets.privateKey, 0o600);
    writeWhole(file, JSON.stringify(secrets), 0o600);
    return secrets;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function makeSecrets(instance: Instance, scratch: string): Promise<Secrets> {
  const login = await makeKey(scratch, "laboratory");
  const hostKeys = await Promise.all(
    hostNames.map(async (host) => [host, await makeKey(scratch, host)] as const),
  );
  await shell(makeAuthority, [], { cwd: scratch });
  const certificates = await Promise.all(
    tailnetNames.map(
      async (tailnet) => [tailnet, await makeCertificate(instance, scratch, tailnet)] as const,
    ),
  );
  return {
    ...login,
    hostKeys: Object.fromEntries(hostKeys) as Record<HostName, KeyPair>,
    ca: await readFile(join(scratch, "ca.crt"), "utf8"),
    certificates: Object.fromEntries(certificates) as Record<TailnetName, Certificate>,
  };
}

/** A new key of that name, by way of a file in `scratch`. */
export async function makeKey(scratch: string, name: string): Promise<KeyPair> {
  const file = join(scratch, `key-${name}`);
  await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  const publicKey = (await readFile(`${file}.pub`, "utf8")).trim();
  return { privateKey: await readFile(file, "utf8"), publicKey };
}

const makeAuthority = `
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
openssl req -x509 -new -key ca.key -days 3650 -subj "/CN=Laboratory" -out ca.crt \\
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
`;

async function makeCertificate(
  instance: Instance,
  scratch: string,
  tailnet: TailnetName,
): Promise<Certificate> {
  const names = `DNS:${controlDomain(tailnet)},IP:${controlAddress(instance, tailnet)}`;
  await writeFile(join(scratch, `${tailnet}.ext`), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  await shell(signCertificate, [tailnet], { cwd: scratch });
  const read = (suffix: string) => readFile(join(scratch, `${tailnet}.${suffix}`), "utf8");
  return { certificate: await read("crt"), privateKey: await read("key") };
}

const signCertificate = `
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
openssl req -new -key "$1.key" -subj "/CN=control-$1" -out "$1.csr"
openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 8)" -days 3650 \\
  -extfile "$1.ext" -out "$1.crt" 2>/dev/null
`;
