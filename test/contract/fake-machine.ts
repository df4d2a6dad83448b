import { sha256 } from "../fake/disk.ts";
import { FakeHost } from "../fake-host.ts";
import type { Machine } from "./machine.ts";
import { withoutNonces } from "./machine.ts";
import { GROUND } from "./states.ts";

const URL = "https://mirror.example/tool_1.0_amd64.tgz";
const ARCHIVE = { sha256: sha256("archive of tool 1.0"), members: { tool: "ELF" } };

export async function fakeMachine(): Promise<Machine> {
  const fake = new FakeHost();
  const { disk, systemd, packages } = fake;
  fake.internet[URL] = ARCHIVE;
  return {
    host: fake,
    package: "hello",
    download: { archives: { x86_64: { url: URL, sha256: ARCHIVE.sha256 } }, members: { tool: "0755" } },
    picture: async () => withoutNonces(String(fake)),
    startOf: async (unit) => systemd.startOf(unit),
    reboot: async () => fake.reboot(),
    close: async () => undefined,
    hands: {
      async write(path, text, mode) {
        disk.makeParents(path);
        disk.write(path, text, mode);
      },
      read: async (path) => disk.text(path),
      chown: async (path, owner) => disk.write(path, disk.text(path) ?? "", disk.get(path)?.mode, owner),
      async link(path, target) {
        disk.remove(path);
        disk.link(path, target);
      },
      async makeDirectory(path) {
        disk.remove(path);
        disk.makeDirectory(path);
      },
      remove: async (path) => disk.remove(path),
      stop: async (unit) => systemd.stop([unit]),
      disable: async (unit) => systemd.disable(unit),
      kill: async (unit) => systemd.fail(unit),
      restart: async (unit) => systemd.restart([unit]),
      reload: async (unit) => systemd.reload(unit),
      reloadSystemd: async () => systemd.reloadFiles(),
      damageGround: async (status) => systemd.damage(GROUND, status),
      uninstall: async (name) => packages.remove(name),
    },
  };
}
