import { existsSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { mustExec } from "./exec.ts";
import { type Instance, inLab, writeWhole } from "./instance.ts";
import { controlDomain } from "./mirror-files.ts";
import type { Secrets } from "./secrets.ts";
import { controlAddress, type TailnetName } from "./topology.ts";
import { until } from "./waiting.ts";

/** A node as headscale's REST interface shows it; more fields are there. */
export interface ControlNode {
  readonly id: string;
  readonly name: string;
  readonly givenName: string;
  readonly nodeKey: string;
  readonly ipAddresses: readonly string[];
  readonly online: boolean;
  readonly tags: readonly string[];
  readonly approvedRoutes: readonly string[];
  readonly availableRoutes: readonly string[];
  /** Those by which it is used now: of several nodes that offer one, a single one is. */
  readonly subnetRoutes: readonly string[];
  readonly expiry: string | null;
}

export interface PreauthKeyOptions {
  /** @default true */
  readonly reusable?: boolean;
  /** @default false */
  readonly ephemeral?: boolean;
  /** Number of the user whose nodes it makes. @default that of `lab` */
  readonly user?: string;
  /** Tags the key gives, such as `tag:gateway`; the policy has to know them. @default none */
  readonly tags?: readonly string[];
}

/** A tailnet's control server, as its administrator sees it. */
export class Control {
  /** What goes into a node's `ServerURL`. */
  readonly url: string;
  readonly address: string;
  /** Names of nodes end in it. */
  readonly baseDomain: string;
  readonly tailnet: TailnetName;
  readonly #ca: string;
  readonly #apiKey: string;

  constructor(instance: Instance, tailnet: TailnetName, secrets: Secrets, apiKey: string) {
    this.url = `https://${controlDomain(tailnet)}`;
    this.address = controlAddress(instance, tailnet);
    this.baseDomain = `${tailnet}.example`;
    this.tailnet = tailnet;
    this.#ca = secrets.ca;
    this.#apiKey = apiKey;
  }

  /** A new key, valid for a day. */
  async preauthKey({
    reusable = true,
    ephemeral = false,
    user = "1",
    tags = [],
  }: PreauthKeyOptions = {}): Promise<string> {
    const expiration = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
    const body = { user, reusable, ephemeral, expiration, aclTags: tags };
    const answer = await this.api<{ preAuthKey: { key: string } }>("POST", "/preauthkey", body);
    return answer.preAuthKey.key;
  }

  async nodes(): Promise<ControlNode[]> {
    return (await this.api<{ nodes: ControlNode[] }>("GET", "/node")).nodes;
  }

  async approveRoutes(id: string, routes: readonly string[]): Promise<void> {
    await this.api("POST", `/node/${id}/approve_routes`, { routes });
  }

  /** Ends the node's key: it has to log in again. */
  async expireNode(id: string): Promise<void> {
    await this.api("POST", `/node/${id}/expire`, {});
  }

  async deleteNode(id: string): Promise<void> {
    await this.api("DELETE", `/node/${id}`);
  }

  /** @param policy headscale's policy as JSON text; `{}` allows everything. */
  async setPolicy(policy: string): Promise<void> {
    await this.api("PUT", "/policy", { policy });
  }

  /** headscale's REST interface. @throws Error with the answer when it is not 200 */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.#ask(method, `/api/v1${path}`, body);
    if (status === 200) return JSON.parse(text) as T;
    throw new Error(`${this.url}: ${method} ${path}: ${status} ${text}`);
  }

  async healthy(): Promise<boolean> {
    return this.#ask("GET", "/health").then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  #ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const headers = { Authorization: `Bearer ${this.#apiKey}`, "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const ask = request(
        { host: this.address, path, method, headers, ca: this.#ca, timeout: 10_000, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      ask.on("timeout", () => ask.destroy(new Error(`${this.url} does not answer`)));
      ask.on("error", reject);
      ask.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** The control server of a tailnet, with its first user and a key for its REST interface made at the first call. */
export async function openControl(
  instance: Instance,
  tailnet: TailnetName,
  secrets: Secrets,
): Promise<Control> {
  const file = inLab(instance.name, `api-key-${tailnet}`);
  if (!existsSync(file)) {
    const anonymous = new Control(instance, tailnet, secrets, "");
    await until(
      `control server of ${tailnet}`,
      () => anonymous.healthy(),
      60_000,
      `npm run lab -- exec control journalctl -u headscale-${tailnet}`,
    );
    const headscale = `headscale --config /etc/headscale/${tailnet}/config.yaml`;
    const make = `${headscale} users list -o json | grep -q '"lab"' || ${headscale} users create lab >&2\n${headscale} apikeys create --expiration 999d`;
    writeWhole(file, (await mustExec(instance, "control", make)).trim(), 0o600);
  }
  return new Control(instance, tailnet, secrets, readFileSync(file, "utf8"));
}
