import { mapValues } from "./footprint.ts";
import { type HostPath, NOTHING, type UnitName, type UnitSpec } from "./model.ts";
import { type Outline, type OutlineFile, same, shortDigest } from "./outline.ts";

/** An outline as the state holds it: what is as in most resources is left out. */
export type StoredOutline = Partial<Omit<Outline, "files" | "units">> & {
  readonly files: Readonly<Record<HostPath, StoredFile>>;
  readonly units: Readonly<Record<UnitName, Pick<UnitSpec, "started"> & Partial<UnitSpec>>>;
};

type StoredFile =
  | { readonly mode?: string; readonly digest: string }
  | { readonly mode?: string; readonly secret: string; readonly same?: boolean };

const USUAL_MODE = { mode: "0644" };
const USUAL_SECRET = { mode: "0600", same: true };
const USUAL_UNIT = {
  active: true,
  enabled: true,
  masked: false,
  intact: true,
  reloaded: "",
  check: null,
  clean: false,
};
const { files: _, units: __, ...USUAL } = NOTHING;

export function storedOutline({ files, units, ...rest }: Outline): StoredOutline {
  return {
    ...without(rest, USUAL),
    files: mapValues(files, (file) =>
      "digest" in file
        ? { ...without(file, USUAL_MODE), digest: file.digest }
        : { ...without(file, USUAL_SECRET), secret: file.secret },
    ),
    units: mapValues(units, ({ started, ...unit }) => ({ ...without(unit, USUAL_UNIT), started })),
  };
}

/** The reverse of {@link storedOutline}; an outline that was stored whole, with whole digests, is one too. */
export function outlineIn({ files, units, ...rest }: StoredOutline): Outline {
  return {
    ...USUAL,
    ...rest,
    files: mapValues(
      files,
      (file): OutlineFile =>
        "digest" in file
          ? { ...USUAL_MODE, ...file, digest: shortDigest(file.digest) }
          : { ...USUAL_SECRET, ...file },
    ),
    units: mapValues(units, (unit) => ({ ...USUAL_UNIT, ...unit })),
  };
}

/** `value` without the keys that have their usual value. */
function without<T extends object>(value: T, usual: Partial<T>): Partial<T> {
  const rest: Partial<T> = { ...value };
  for (const key in usual) if (same(value[key], usual[key])) delete rest[key];
  return rest;
}
