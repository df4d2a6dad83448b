import type { Applied, Host, Remote } from "../providers/engine/host.ts";

/** A host that no resources share: every question is a look of its own. */
export function alone(remote: Remote): Host {
  const only = <T>(answers: readonly T[]): T => {
    const [answer] = answers;
    if (answer === undefined || answers.length > 1)
      throw new Error(`${answers.length} answers to one question`);
    return answer;
  };
  return {
    name: remote.name,
    look: async (question) => only(await remote.look([question])),
    apply: async (order): Promise<Applied> => only(await remote.apply([order])),
    contents: (paths) => remote.contents(paths),
  };
}
