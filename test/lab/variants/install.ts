/** A command that installs Debian packages; files of their configuration that are there already stay. */
export function install(...packages: readonly string[]): string {
  const get = "DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Options::=--force-confold";
  return `${get} update && ${get} install -y ${packages.join(" ")}`;
}
