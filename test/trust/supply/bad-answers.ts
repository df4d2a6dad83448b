import type { ArchiveServer, Scheme } from "../../fake/archive-server.ts";
import type { Case } from "../contract.ts";

/** What a bad answer is made with. */
export interface Props {
  /** What was promised. */
  readonly archive: Buffer;
  /** Of the same shape, with other programs in it. */
  readonly other: Buffer;
  readonly server: ArchiveServer;
  /** Another one, that no argument named. It would answer with `archive`. */
  readonly elsewhere: ArchiveServer;
  readonly scheme: Scheme;
  readonly one: Case;
  /** Called with the number of bytes that are about to be sent. */
  readonly count: (bytes: number) => void;
}

/** A way in which a server does not give what was promised. */
export interface Manner {
  readonly name: string;
  /** What the host has to say about it. */
  readonly refusal: RegExp;
  /** Makes `server` answer so, and gives the URL that is asked for. */
  readonly set: (props: Props) => string;
}

/** A server that never ends stops here all the same, so that a defect fills no disk. */
const ENDLESS_BYTES = 16_000_000;

const FILE = "/tool.tgz";

const WRONG_DIGEST = /has sha256 [0-9a-f]{64}, not [0-9a-f]{64}$/m;
const WRONG_CERTIFICATE = /certificate|SSL/;
const ELSEWHERE = /leads elsewhere, to [a-z]+:\/\/\S*\/$/m;

export const MANNERS: readonly [Manner, ...Manner[]] = [
  whole("another archive", WRONG_DIGEST, ({ other }) => other),
  whole("a changed byte", WRONG_DIGEST, ({ archive, one }) => changed(archive, one.below(archive.length))),
  whole("a byte too many", WRONG_DIGEST, ({ archive }) => Buffer.concat([archive, Buffer.from([0])])),
  whole("the beginning only", WRONG_DIGEST, ({ archive, one }) =>
    archive.subarray(0, one.below(archive.length)),
  ),
  redirected("to another server", ELSEWHERE, ({ elsewhere, scheme }) => elsewhere.url(scheme, FILE)),
  redirected("to another name of the same server", ELSEWHERE, ({ server, scheme }) =>
    server.url(scheme, "/moved", "localhost"),
  ),
  redirected(
    "from https to http",
    ELSEWHERE,
    ({ server }) => server.url("http", "/moved"),
    () => "https",
  ),
  redirected("round and round", /leads on and on$/m, ({ server, scheme }) => server.url(scheme, FILE)),
  redirected("to a file of the host's", ELSEWHERE, () => "file:///etc/passwd"),
  {
    name: "a connection cut before the end",
    refusal: /\((?:18|56)\)/,
    set({ server, archive, scheme, one }) {
      const end = one.below(archive.length);
      server.answer = (response) => {
        response.setHeader("content-length", archive.length);
        response.write(archive.subarray(0, end), () => response.destroy());
      };
      return server.url(scheme, FILE);
    },
  },
  {
    name: "an answer without end",
    refusal: /sends more than 1 MB$/m,
    set({ server, scheme, count }) {
      const block = Buffer.alloc(65_536);
      server.answer = (response) => {
        let sent = 0;
        const more = () => {
          if (sent > ENDLESS_BYTES) return void response.destroy();
          sent += block.length;
          count(block.length);
          response.write(block, (error) => error ?? more());
        };
        more();
      };
      return server.url(scheme, FILE);
    },
  },
  {
    name: "an announcement of ten gigabytes",
    refusal: /\(63\)/,
    set({ server, scheme }) {
      server.answer = (response) => {
        response.setHeader("content-length", 10_000_000_000);
        response.write("x");
      };
      return server.url(scheme, FILE);
    },
  },
  {
    name: "a byte now and then",
    refusal: /too slow/,
    set({ server, archive, scheme }) {
      server.answer = (response) => {
        let sent = 0;
        const timer = setInterval(() => response.write(archive.subarray(sent, ++sent)), 50);
        response.on("close", () => clearInterval(timer));
      };
      return server.url(scheme, FILE);
    },
  },
  {
    name: "silence",
    refusal: /too slow/,
    set({ server, scheme }) {
      server.answer = () => undefined;
      return server.url(scheme, FILE);
    },
  },
  {
    name: "a connection that is refused a word",
    refusal: /\((?:52|56)\)/,
    set({ server, scheme }) {
      server.answer = (response) => response.destroy();
      return server.url(scheme, FILE);
    },
  },
  {
    name: "an error",
    refusal: /\(22\)/,
    set({ server, scheme, one }) {
      const status = one.pick([403, 404, 410, 501]);
      server.answer = (response) => {
        response.statusCode = status;
        response.end("no");
      };
      return server.url(scheme, FILE);
    },
  },
  {
    name: "a certificate of nobody the host trusts",
    refusal: WRONG_CERTIFICATE,
    set({ elsewhere }) {
      return elsewhere.url("https", FILE);
    },
  },
  {
    name: "a certificate for another name",
    refusal: WRONG_CERTIFICATE,
    set({ server, archive }) {
      server.answer = (response) => response.end(archive);
      return server.url("https", FILE, "localhost");
    },
  },
];

/** A complete answer with the wrong contents. */
function whole(name: string, refusal: RegExp, contents: (props: Props) => Buffer): Manner {
  return {
    name,
    refusal,
    set(props) {
      const text = contents(props);
      props.server.answer = (response) => response.end(text);
      return props.server.url(props.scheme, FILE);
    },
  };
}

/** The right archive, at a place that was not agreed upon. */
function redirected(
  name: string,
  refusal: RegExp,
  target: (props: Props) => string,
  scheme = (props: Props): Scheme => props.scheme,
): Manner {
  return {
    name: `a redirect ${name}`,
    refusal,
    set(props) {
      const location = target(props);
      props.server.answer = (response, { url }) => {
        if (url !== FILE) return void response.end(props.archive);
        response.writeHead(props.one.pick([301, 302, 303, 307, 308]), { location }).end();
      };
      return props.server.url(scheme(props), FILE);
    },
  };
}

function changed(archive: Buffer, at: number): Buffer {
  const copy = Buffer.from(archive);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
