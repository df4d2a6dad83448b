import { printable } from "../errors.ts";

const QUIET_MS = 2_000;
const REPEAT_MS = 15_000;

/** Tells the user what a host is busy with, as soon as it takes longer than two seconds. */
export interface Progress {
  line(text: string): void;
  /** The step that began last. */
  doing(): string | null;
  end(): void;
}

/** Lines on standard output are what Pulumi shows of a dynamic provider while it works. */
export function progress(host: string, say: (line: string) => void = console.log): Progress {
  let doing: string | null = null;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    const seconds = Math.round((Date.now() - since) / 1000);
    say(`${host}: ${printable(doing ?? "")} … ${seconds} s`);
    timer = setTimeout(tell, REPEAT_MS);
  };
  return {
    line(text) {
      if (!text.startsWith("= ")) return;
      clearTimeout(timer);
      if (!text.startsWith("= doing ")) return;
      doing = text.slice("= doing ".length);
      since = Date.now();
      timer = setTimeout(tell, QUIET_MS);
    },
    doing: () => doing,
    end: () => clearTimeout(timer),
  };
}
