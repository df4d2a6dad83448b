/** What clients of gateways need to know, without anything secret. Plain JSON: stacks give it as an output. */
export type ClientFacts = readonly GatewayFacts[];

export interface GatewayFacts {
  /** IPv4 in the primary tailnet, where its ports are. */
  readonly address: string;
  /** @default 53 */
  readonly dnsPort?: number | undefined;
  /** Port that leads to every tailnet, by names. @default none */
  readonly onePort?: number | undefined;
  /** By their names. A tailnet of the same name at another gateway is the same tailnet. */
  readonly tailnets: Readonly<Record<string, TailnetFacts>>;
}

export interface TailnetFacts {
  /** Of its SocksBridge. @default it has none */
  readonly port?: number | undefined;
  /** Whether that port speaks HTTP beside SOCKS5. @default false */
  readonly speaksHttp?: boolean | undefined;
  /** Names of those who may log in there. @default there are no logins */
  readonly users?: readonly string[] | undefined;
  /** Of its SuffixDns. @default it has none */
  readonly suffix?: string | undefined;
  /** Domains of its own for which the gateway answers. @default none */
  readonly domains?: readonly string[] | undefined;
  /** Whether it has a RouteBridge. @default false */
  readonly isRouted?: boolean | undefined;
}
